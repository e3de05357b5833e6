"""The Pulumi engine: where it comes from (`acquire`) and how a rehearsal runs the program under it (`drive`)."""
