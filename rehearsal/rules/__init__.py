"""The rules that a world keeps: what the real clouds refuse, in their own words.

`apply` runs them; importing this package registers them all. Projects and their APIs come first: that is what the real
clouds look at first as well.
"""

from rehearsal.rules import projects  # isort: skip  first: see above
from rehearsal.rules import clusters, members, network, references, vcenter
from rehearsal.rules.registry import apply

__all__ = ["apply", "clusters", "members", "network", "projects", "references", "vcenter"]
