"""A stack file with a VPC and the VPN alone, for what the engine does to links: a step costs a third of a whole one."""

from __future__ import annotations

from typing import Any, cast

import yaml

from tests.model.forms import Plain


def link_alone(text: str) -> str:
    """Return a stack file without clusters, whose VPN is protected."""
    data = cast("dict[str, Any]", yaml.load(text, Loader=Plain))  # noqa: S506  a safe loader that reads dates as text
    config = data["config"]
    config["hybrid:onprem"] |= {"admin_clusters": [], "user_clusters": []}
    config["hybrid:gke"]["clusters"] = []
    config["hybrid:fleet"]["features"] = {}
    config["hybrid:environment"]["protection"]["protect"] = "identity"
    return yaml.dump(data, sort_keys=False, allow_unicode=True)
