"""`./hybrid promote`: where environments stand, what may go on to the next ring, and the edit that takes it there."""
