"""`./hybrid network`: the address plan of all environments, and what it has room for."""
