"""How traffic reaches a service: the choices there are (C63), which suit, and the objects that each one needs."""
