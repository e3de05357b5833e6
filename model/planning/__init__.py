"""What follows from the files: names, members, grants, addresses, advertisements, openings, versions."""
