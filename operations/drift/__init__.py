"""`./hybrid drift`: what a refresh found, sorted into hand edits, known echoes and what the program leaves alone."""
