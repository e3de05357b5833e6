"""`hybrid:attached` of a stack file: clusters that others run and that join the fleet (EKS, AKS, any conformant one).

The program registers them and gives them policy and access like the rest. It never makes, upgrades or deletes
one (E42).
"""

from __future__ import annotations

from enum import StrEnum

from model.config.onprem_cluster import Mode
from model.config.shape import Shape
from model.config.types import Email, Label, MinorVersion, OnPremVersion, Region


class Distribution(StrEnum):
    """Whose Kubernetes it is (E40)."""

    EKS = "eks"
    """Amazon EKS."""
    AKS = "aks"
    """Azure AKS."""
    GENERIC = "generic"
    """Any conformant cluster, plain Kubernetes among them."""


class Unregistering(StrEnum):
    """What happens when the cluster is taken out of the fleet (E40)."""

    DELETE = "DELETE"
    """The agents are removed from the cluster; that fails while the cluster does not answer."""
    DELETE_IGNORE_ERRORS = "DELETE_IGNORE_ERRORS"
    """As above, and agents that can not be removed stay behind."""


class LoggedComponent(StrEnum):
    """What is logged to Cloud Logging."""

    SYSTEM_COMPONENTS = "SYSTEM_COMPONENTS"
    WORKLOADS = "WORKLOADS"


class BinaryAuthorization(StrEnum):
    """Whether images are checked before they run."""

    DISABLED = "DISABLED"
    PROJECT_SINGLETON_POLICY_ENFORCE = "PROJECT_SINGLETON_POLICY_ENFORCE"


class Issuer(Shape):
    """Who signs the tokens of the cluster's service accounts (E40)."""

    url: str
    """The issuer's address, https. It can not be changed while the cluster is registered."""
    jwks: str | None = None
    """Its public keys as a JSON Web Key Set, where Google can not fetch them from that address."""


class ProxySecret(Shape):
    """The Secret in the cluster that holds the settings of its HTTP proxy. The cluster's owner makes it."""

    name: Label
    """Its name."""
    namespace: Label
    """Its namespace."""


class AttachedCluster(Shape):
    """A cluster that somebody else runs, as a member of the fleet."""

    name: Label
    """Its name, which its membership carries too (E3)."""
    generation: int = 1
    """Which generation of the cluster this is."""
    mode: Mode = Mode.CREATE
    """Create the registration, or adopt the one that exists."""
    import_id: str | None = None
    """What to adopt: projects/<project>/locations/<location>/attachedClusters/<name>."""
    owner: Email
    """The group that runs the cluster: it applies the install manifest and upgrades Kubernetes (E42)."""
    distribution: Distribution
    """Whose Kubernetes it is."""
    on_premises: bool = False
    """Whether it stands in a data centre of the organisation, which decides what data may be in it (J003)."""
    kubernetes_version: MinorVersion
    """The minor that its owner runs, in quotes. Stated, never set."""
    platform_version: OnPremVersion
    """The version of Google's software in it, of the same minor or the one below (E40)."""
    location: Region | None = None
    """The Google Cloud region that manages the registration; the organisation's when absent."""
    manifest_applied: bool = False
    """Whether the owner has applied the install manifest (E41). Until then the program only hands it out."""
    issuer: Issuer
    """Who signs the tokens of its service accounts."""
    admin_groups: tuple[Email, ...] = ()
    """Groups that are cluster-admin; ten at most (E40)."""
    unregistering: Unregistering = Unregistering.DELETE
    """What happens when it is taken out of the fleet, where nothing protects it."""
    logging: tuple[LoggedComponent, ...] = (LoggedComponent.SYSTEM_COMPONENTS,)
    """What is logged to Cloud Logging; each byte costs."""
    managed_prometheus: bool = False
    """Google's managed Prometheus (H70)."""
    binary_authorization: BinaryAuthorization = BinaryAuthorization.DISABLED
    """Whether images are checked before they run."""
    proxy: ProxySecret | None = None
    """The Secret with the settings of its HTTP proxy, where it has one."""
    annotations: dict[str, str] = {}
    """Annotations of the registration, beside the organisation's labels."""


class Attached(Shape):
    """Clusters that others run. May be left out where there are none."""

    clusters: tuple[AttachedCluster, ...] = ()
    """The clusters."""
