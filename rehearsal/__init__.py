"""Simulated clouds that the real Pulumi engine attaches to, and where that engine comes from."""
