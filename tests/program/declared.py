"""Programs under the recorder, for tests: made-up resources, and the network and VPN of the project's own files.

A made-up resource belongs to a package that does not exist, so no SDK has a say in what is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import pulumi
import pulumi_gcp as gcp
import pulumi_random as random

from components.network import Network
from components.setting import Setting
from components.vpn import Vpn, disabled_peers
from model.estate import Environment
from model.planning.advertised import advertised_by
from model.planning.firewall import cloud_openings
from operations.record import Recording, record
from tests.model.cases import environment

ENVIRONMENTS: Final = ("sandbox", "dev", "test", "prod")


class Cloud(pulumi.ProviderResource):
    """A provider of the made-up package."""

    def __init__(self, name: str = "cloud") -> None:
        super().__init__("cloud", name, {})


class Thing(pulumi.CustomResource):
    """A made-up resource of any type, with any inputs. `size` stands for an output that a provider computes."""

    size: pulumi.Output[int]

    def __init__(
        self,
        name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        kind: str = "cloud:index:Thing",
        **inputs: Any,
    ) -> None:
        super().__init__(kind, name, {"size": None, **inputs}, opts)


def of(program: Callable[[], object], **options: Any) -> Recording:
    """Return what `program` registers in a stack called `test`."""

    def run() -> None:
        program()

    return record(run, stack="test", **options)


def cloud_side(env: Environment) -> Recording:
    """Return what the network and the VPN of `env` register."""

    def program() -> None:
        google = gcp.Provider("gcp", project=env.facts.projects.cluster.id, region=env.organisation.region)
        setting = Setting.of(env)
        network = Network(
            "network",
            setting=setting,
            plan=env.network,
            organisation=env.organisation,
            rules=cloud_openings(env),
            opts=pulumi.ResourceOptions(providers=[google]),
        )
        Vpn(
            "vpn",
            setting=setting,
            plan=env.vpn,
            shared=env.organisation.vpn,
            network=network.vpc.id,
            advertised={key: advertised_by(env, key) for key in env.vpn.tunnels},
            disabled_peers=disabled_peers(env.vpn.drill, env.today),
            opts=pulumi.ResourceOptions(providers=[google, random.Provider("random")]),
        )

    return record(program, stack=env.name)


@cache
def recorded(name: str) -> Recording:
    """Return what the network and the VPN of an environment of the project's own files register."""
    return cloud_side(environment(name))


def plain(value: object) -> Mapping[str, object]:
    """Return a recorded value that must be an object."""
    assert isinstance(value, Mapping), value
    return {str(key): each for key, each in value.items()}
