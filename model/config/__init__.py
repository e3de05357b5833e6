"""The files under `stacks/`: how they are read, the shapes they must have, and the problems found in them."""
