"""Clusters on bare metal, through the GKE On-Prem API: admin clusters as they are, user clusters and their pools.

Not here: the machines, their systems and their networks, which nobody but their owners makes; and what only `bmctl`
does to an admin cluster (create, upgrade, reset).
"""
