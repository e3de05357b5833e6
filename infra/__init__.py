"""The Pulumi program: it reads the reviewed files, wires components from them, and exports what others need.

It declares no resource itself. What it does not manage: projects, groups, the seed project with state and identities,
what runs in the clusters beyond access, and everything that only gkectl or a network engineer can do.
"""
