"""The shape of a whole stack file, `stacks/Pulumi.<environment>.yaml`."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from model.config.access import Access
from model.config.attached import Attached
from model.config.baremetal import BareMetal
from model.config.environment import EnvironmentFacts
from model.config.fleet import Fleet
from model.config.gke import Gke
from model.config.network import Network
from model.config.onprem import OnPrem
from model.config.shape import Shape
from model.config.vpn import Vpn

SECTIONS: Final[dict[str, type[Shape]]] = {
    "hybrid:environment": EnvironmentFacts,
    "hybrid:network": Network,
    "hybrid:vpn": Vpn,
    "hybrid:onprem": OnPrem,
    "hybrid:gke": Gke,
    "hybrid:attached": Attached,
    "hybrid:baremetal": BareMetal,
    "hybrid:fleet": Fleet,
    "hybrid:access": Access,
}
"""The keys of a stack's configuration, one for each concern so that a diff reads well."""

OPTIONAL: Final = frozenset({"hybrid:attached", "hybrid:baremetal"})
"""Keys that a file may leave out; each of their shapes has a default for everything, and stands for nothing at all."""


class StackConfig(Shape):
    """The configuration of a stack."""

    environment: EnvironmentFacts = Field(alias="hybrid:environment")
    """Which environment this is."""
    network: Network = Field(alias="hybrid:network")
    """The VPC, its ranges, egress and names."""
    vpn: Vpn = Field(alias="hybrid:vpn")
    """The link between the sites and the VPC."""
    onprem: OnPrem = Field(alias="hybrid:onprem")
    """vSphere, admin and user clusters."""
    gke: Gke = Field(alias="hybrid:gke")
    """GKE clusters."""
    attached: Attached = Field(default=Attached(), alias="hybrid:attached")
    """Clusters that others run, as members of the fleet."""
    baremetal: BareMetal = Field(default=BareMetal(), alias="hybrid:baremetal")
    """Clusters on machines of one's own."""
    fleet: Fleet = Field(alias="hybrid:fleet")
    """The fleet."""
    access: Access = Field(alias="hybrid:access")
    """Who may do what, beyond what team files say."""


class StackFile(Shape):
    """A stack file. `pulumi stack init` adds `encryptedkey` or `encryptionsalt`."""

    secretsprovider: str | None = None
    """What encrypts the stack's secrets: gcpkms://<key>."""
    encryptedkey: str | None = None
    """The stack's data key, encrypted by it. Written by the Pulumi command line."""
    encryptionsalt: str | None = None
    """The salt, where a passphrase is used instead. Written by the Pulumi command line."""
    config: StackConfig
    """The configuration."""
