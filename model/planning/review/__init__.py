"""What a review says of a change: what is dangerous and why, what depends on it, who gains what, and what stops it."""
