"""The rules that a world keeps: what the real clouds refuse, in their own words.

`apply` runs them; importing this package registers them all. Projects and their APIs come first: that is what the real
clouds look at first as well.
"""

from rehearsal.rules import projects  # isort: skip  first: see above
from rehearsal.rules import (
    bgp,
    clusters,
    members,
    network,
    onprem_addresses,
    onprem_vcenter,
    onprem_versions,
    quotas,
    references,
    vcenter,
)
from rehearsal.rules.registry import apply

__all__ = [
    "apply",
    "bgp",
    "clusters",
    "members",
    "network",
    "onprem_addresses",
    "onprem_vcenter",
    "onprem_versions",
    "projects",
    "quotas",
    "references",
    "vcenter",
]
