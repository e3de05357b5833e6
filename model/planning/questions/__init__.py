"""Questions about access, answered from the grants that the program makes: who can, who has, and what a change does."""
