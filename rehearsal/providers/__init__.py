"""The simulated providers, one module or package each, over one world."""
