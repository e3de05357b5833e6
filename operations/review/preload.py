"""What every environment's part of a review needs, imported once: the processes that do the parts are forked from it.

A module that is missing here costs each process an import of its own, and nothing else.
"""

from __future__ import annotations

import gc
from importlib import import_module
from typing import Final

from operations.review.one import do

__all__ = ["SDK", "do"]

SDK: Final = (
    *(f"pulumi_gcp.{each}" for each in ("artifactregistry", "billing", "compute", "container", "dns", "gkehub")),
    *(f"pulumi_gcp.{each}" for each in ("gkeonprem", "iam", "kms", "monitoring", "privilegedaccessmanager")),
    *(f"pulumi_gcp.{each}" for each in ("projects", "secretmanager", "serviceaccount", "servicenetworking")),
    *(f"pulumi_gcp.{each}" for each in ("storage", "tags")),
    *(f"pulumi_kubernetes.{each}.v1" for each in ("core", "meta", "rbac")),
)
"""The modules of the SDKs that the program takes something from."""

for _name in SDK:
    # The SDKs read a module when something of it is asked for.
    getattr(import_module(_name), "__all__", None)

# What is there now stays: looking through it for garbage again and again is a good part of a short process's time.
gc.freeze()
