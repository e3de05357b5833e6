"""vSphere around the clusters: what their virtual machines, and the few of our own, are placed in.

Here: the resource pool, the folder, tags, port groups, host groups, the content library, the storage policy, roles and
permissions of the clusters' account, and rules for machines of ours. Datacenter, compute cluster, hosts, datastores and
switch are looked up; they belong to the infrastructure team. Not here, ever: node VMs, their templates and their
anti-affinity rules, which the clusters make themselves.
"""
