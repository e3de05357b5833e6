"""Questions about access, on the command line."""
