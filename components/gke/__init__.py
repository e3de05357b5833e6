"""GKE: the key of the clusters' etcd, the identity of their nodes, the clusters and their node pools.

Not here: the network they stand in (components/network), their place in the fleet (components/fleet) and what runs on
them. GKE chooses versions within the release channel; the program never sets one.
"""
