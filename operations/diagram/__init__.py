"""`./hybrid diagram`: an environment as a picture, as it is or against another revision, and as a page of its own."""
