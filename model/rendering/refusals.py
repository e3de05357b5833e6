"""Why files of an environment can not be rendered for a version, and what is good to know where they can."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from model.config.catalogue import Feature
from model.config.onprem_cluster import AdminCluster, UserCluster
from model.estate import Environment
from model.planning.admin_block import admin_block
from model.planning.outdated import in_the_way, is_there, outdated
from model.planning.upgrades.features import CLEARED, WORDS
from model.planning.versions import Minor
from model.rendering import pages
from model.rendering.parts import is_advanced

RULES: Final = {
    Feature.DATAPLANE_V1: "B3",
    Feature.F5: "A33",
    Feature.SEESAW: "A33",
    Feature.KUBECEPTION: "B66",
    Feature.NON_HA_ADMIN: "B66",
}
"""The rule that each feature is refused under in an upgrade."""
_NEW: Final = RULES | {Feature.KUBECEPTION: "B3", Feature.NON_HA_ADMIN: "A29"}
"""The same for a new cluster."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why files are not rendered. `subject` is a cluster, or a file that is no cluster's."""

    subject: str
    rule: str
    message: str
    remedy: str
    source: str

    def as_dict(self) -> dict[str, str]:
        """Return it for a machine."""
        return {
            "subject": self.subject,
            "rule": self.rule,
            "message": self.message,
            "remedy": self.remedy,
            "source": self.source,
        }

    def text(self) -> str:
        """Return it for a person."""
        return f"{self.subject}: {self.message}\n    -> {self.remedy}\n    [{self.rule}: {self.source}]"


def refusals(env: Environment, cluster: AdminCluster | UserCluster, minor: Minor) -> Iterator[Refusal]:
    """Give what of a cluster's stands in the way of its files for a version (A33, A48, B3, B66)."""
    release = env.catalogue.onprem.get(str(minor))
    blocked = in_the_way(cluster, minor, release) if release is not None else ()
    there = is_there(cluster, minor)
    for feature in blocked:
        yield Refusal(
            cluster.name,
            (RULES if there else _NEW)[feature],
            f"it has {WORDS[feature]}, which {'an upgrade to' if there else 'a new cluster of'} {minor} refuses",
            f"{CLEARED[feature]}: ./hybrid render {env.name} --migration"
            + ("" if there else "; where the cluster exists, say so with mode: adopt"),
            release.source.page if release is not None else pages.MIGRATE_PLAN,
        )
    if Feature.SEESAW in outdated(cluster) and Feature.SEESAW not in blocked:
        yield Refusal(
            cluster.name,
            "A33",
            "the machines of Seesaw are not in the stack file, so its section can not be rendered",
            f"go on with the file on the workstation, and {CLEARED[Feature.SEESAW]}",
            pages.MIGRATE_SEESAW,
        )
    if isinstance(cluster, AdminCluster):
        yield from _short(env, cluster, minor)


def _short(env: Environment, cluster: AdminCluster, minor: Minor) -> Iterator[Refusal]:
    block = admin_block(env, cluster, minor)
    if block.short:
        yield Refusal(
            cluster.name,
            "A48",
            f"its block has {len(block.listed)} addresses and needs {block.wanted} ({block.need})",
            f"add {block.short} to node_addresses, in network {cluster.network}",
            pages.IP_PLAN,
        )


def remarks(cluster: AdminCluster | UserCluster, minor: Minor) -> Iterator[str]:
    """Give what is good to know about a cluster's files for a version (B65, B66)."""
    for feature in outdated(cluster):
        yield f"{cluster.name}: it has {WORDS[feature]}, which keeps it from later versions ({RULES[feature]})"
    if is_advanced(cluster, minor) and not cluster.advanced:
        yield (
            f"{cluster.name}: {minor} makes it an advanced cluster, with a gkectl of exactly that version; "
            "no client of the API manages it afterwards (B64, B65)"
        )
