"""`./hybrid rehearse`: the real engine runs the real program against simulated clouds."""
