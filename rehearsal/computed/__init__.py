"""What the providers compute: ids and outputs, in their own formats.

`computation` and `identity` find a type's own function; importing this package registers them all.
"""

from rehearsal.computed import clusters, compute, fleet, interconnect, machines, other_clusters, services, vcenter
from rehearsal.computed.registry import computation, computed_inside, identity

__all__ = [
    "clusters",
    "computation",
    "compute",
    "computed_inside",
    "fleet",
    "identity",
    "interconnect",
    "machines",
    "other_clusters",
    "services",
    "vcenter",
]
