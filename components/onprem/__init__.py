"""The data centre's side: what surrounds the clusters in vSphere, the admin clusters and the user clusters.

Node VMs, their templates and their anti-affinity rules belong to GKE on VMware, which makes and replaces them by
itself: nothing here manages one. The datacenter, compute cluster, hosts and distributed switch are the infrastructure
team's and are looked up; so are datastores, which are theirs too.
"""
