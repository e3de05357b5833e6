"""The fleet: its features, the memberships of GKE clusters, teams' scopes, and the Connect gateway to every cluster.

On-prem clusters get their memberships from the GKE On-Prem API when they are made, so only GKE clusters have one here;
their `fleet` block stays empty, since a cluster is registered in one way only (C71).
"""
