"""`stacks/versions.yaml`: the on-prem versions there are, how long each is supported, and what each asks of a cluster.

Source: the version history and the upgrade pages of GKE on VMware, each named in the file with the day it was read:
https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/version-history
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from model.config.shape import Shape
from model.config.supported import Supported
from model.config.types import MinorVersion, OnPremVersion

FILE: Final = "stacks/versions.yaml"
"""Where the catalogue is kept, below the project's root."""


class Feature(StrEnum):
    """What older clusters have and newer versions no longer run (A33, B3, B66)."""

    DATAPLANE_V1 = "dataplane_v1"
    """Calico in place of Dataplane V2."""
    F5 = "f5"
    """The integrated F5 BIG-IP load balancer."""
    SEESAW = "seesaw"
    """The bundled Seesaw load balancer."""
    KUBECEPTION = "kubeception"
    """A user cluster's control plane inside the admin cluster, in place of Controlplane V2."""
    NON_HA_ADMIN = "non_ha_admin"
    """An admin cluster with one control plane node."""


class GkectlRange(Shape):
    """The minors of gkectl that handle clusters of a version (B64)."""

    lowest: MinorVersion
    """The oldest that can bring a cluster to this version."""
    highest: MinorVersion
    """The newest that can still upgrade a cluster that is on it."""


class Defaults(Shape):
    """What a field that a cluster's file leaves out stands for."""

    control_plane_v2: bool
    """Controlplane V2 (B3)."""
    dataplane_v2: bool
    """Dataplane V2 (B3)."""
    advanced: bool
    """Advanced clusters (B65)."""
    server_side_preflights: bool
    """Preflight checks run on the admin or the bootstrap cluster, which needs openings of its own (B71)."""


class Source(Shape):
    """Where the facts of a version were read."""

    page: str
    """The public page."""
    read: date
    """The day it was read."""


class OnPremRelease(Shape):
    """A minor version of the on-prem software."""

    kubernetes: MinorVersion
    """The Kubernetes minor it runs."""
    supported_until: date
    """The day support ends (B72)."""
    patches: tuple[OnPremVersion, ...]
    """Its known patches, oldest first."""
    gkectl: GkectlRange
    """The gkectl that handles it (B64)."""
    defaults: Defaults
    """What is meant where a file says nothing."""
    advanced_only: bool = False
    """Only advanced clusters exist in it, which API clients can not manage (A22, B65)."""
    refused_when_new: tuple[Feature, ...] = ()
    """What a new cluster of this version can not have (A33, B3)."""
    blockers: tuple[Feature, ...] = ()
    """What keeps a cluster from being upgraded to it (B3, B66)."""
    cert_manager: MinorVersion | None = None
    """The cert-manager that comes with it and takes the place of one's own (B65)."""
    source: Source
    """Where this was read."""


class Catalogue(Shape):
    """The version catalogue."""

    warn_days: int = 120
    """How many days before the end of support the warning begins."""
    onprem: dict[MinorVersion, OnPremRelease]
    """On-prem minors in use or in sight."""
    baremetal: dict[MinorVersion, Supported] = {}
    """Minors of clusters on bare metal, whose patches and ends of support are their own."""
    attached: dict[MinorVersion, Supported] = {}
    """Minors of the platform version of attached clusters (E40)."""
