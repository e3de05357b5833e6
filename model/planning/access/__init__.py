"""What follows from team files and `hybrid:access`, one kind of object a module; `model.planning.grants` joins them."""
