"""Rules that hold over an environment or over all of them together, and how they are run."""
