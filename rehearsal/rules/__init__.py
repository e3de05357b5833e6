"""The rules that a world keeps: what the real clouds refuse, in their own words.

`apply` runs them; importing this package registers them all. Projects and their APIs come first: that is what the real
clouds look at first as well.
"""

from rehearsal.rules import projects  # isort: skip  first: see above
from rehearsal.rules import (
    bgp,
    clusters,
    machines,
    members,
    network,
    onprem_addresses,
    onprem_vcenter,
    onprem_versions,
    other_clusters,
    quotas,
    references,
    vcenter,
    vcenter_access,
    vcenter_storage,
)
from rehearsal.rules.registry import apply

__all__ = [
    "apply",
    "bgp",
    "clusters",
    "machines",
    "members",
    "network",
    "onprem_addresses",
    "onprem_vcenter",
    "onprem_versions",
    "other_clusters",
    "projects",
    "quotas",
    "references",
    "vcenter",
    "vcenter_access",
    "vcenter_storage",
]
