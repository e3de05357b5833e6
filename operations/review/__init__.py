"""`./hybrid review` and `./hybrid verify`: what a change does, on one page, and that what was approved is what runs."""
