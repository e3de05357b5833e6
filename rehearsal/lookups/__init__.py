"""What the providers' lookups (functions, data sources) answer, from a world and its inventory."""
