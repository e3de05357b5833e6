"""The steps that take an admin cluster to MetalLB or manual load balancing, and to three control plane nodes.

Sources: https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/how-to/migrate-admin-cluster-recommended-features
and https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/how-to/migrate-admin-cluster-ha
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from model.config.catalogue import Feature
from model.config.onprem_cluster import AdminCluster
from model.estate import Environment
from model.planning.hosts import hosted_by
from model.planning.migration_shapes import Step, Wanted
from model.planning.migration_words import Words
from model.planning.versions import Minor, Version
from model.rendering import pages

FIRST: Final = Minor(1, 29)
"""The first version that can be made highly available afterwards: a preview in 1.29, general from 1.30."""
_SEESAW_MINUTES: Final = 20
_HA_MINUTES: Final = 18
_KEYS: Final = r"""grep -oP '"GeneratedKeys":\[.*?\]'"""


def steps(
    env: Environment, cluster: AdminCluster, features: Sequence[Feature], wanted: Sequence[Wanted]
) -> Iterator[Step]:
    """Give the steps of `cluster` in order: load balancer first, since three nodes do not stand behind Seesaw."""
    plan = _Plan(env, cluster, frozenset(features), tuple(wanted), Words(env, cluster.name))
    yield from plan.before()
    yield from plan.balancer()
    yield from plan.availability()


@dataclass(frozen=True)
class _Plan:
    env: Environment
    cluster: AdminCluster
    features: frozenset[Feature]
    wanted: tuple[Wanted, ...]
    words: Words

    def before(self) -> Iterator[Step]:
        if Version.parse(self.cluster.version).minor < FIRST:
            yield Step(
                f"Bring the admin cluster to {FIRST}",
                "older ones can not be migrated",
                commands=(f"./hybrid upgrade plan {self.env.name} --onprem {FIRST}",),
                source=pages.MIGRATE_HA,
            )
        if self.wanted:
            needs = "; ".join(f"{each.use}: {each.text}" for each in self.wanted)
            yield Step(
                "Reserve addresses and order firewall openings",
                "the new control plane is made beside the old one, behind a VIP of its own",
                expect=f"reserved ({needs}), nothing answers a ping on them, and they may reach what nodes reach",
                source=pages.MIGRATE_HA,
            )
        yield Step(
            "Look whether the cluster is healthy, and back it up",
            "a migration of a cluster that is not healthy stops half-way",
            commands=(
                self.words.diagnose(),
                f"gkectl backup admin --kubeconfig {self.words.kubeconfig}",
            ),
            expect="no problem is reported, and the backup is written",
            source=pages.MIGRATE_ADMIN,
        )

    def balancer(self) -> Iterator[Step]:
        """Give the step that changes the load balancer."""
        name, hosted = self.cluster.name, hosted_by(self.env, self.cluster)
        apis = f"; those of {', '.join(sorted(each.name for each in hosted))} as well, up to ten" if hosted else ""
        if Feature.F5 in self.features:
            yield Step(
                "Migrate the load balancer to kind manual",
                "the BIG-IP goes on as it is configured, and gkectl no longer drives it",
                edits=(f"{name}: load_balancer.kind: manual; remove f5:",),
                commands=self.words.update_admin(),
                expect="the Kubernetes API answers at the same VIP",
                source=pages.MIGRATE_ADMIN,
            )
        if Feature.SEESAW in self.features:
            yield Step(
                "Migrate the load balancer to MetalLB",
                "three control plane nodes can not stand behind Seesaw",
                edits=(f"{name}: load_balancer.kind: metallb",),
                commands=self.words.update_admin(),
                expect=f"the VIP {self.cluster.control_plane.vip} answers from the control plane node itself; then "
                f"delete the powered-off VMs that seesaw-for-{name}.yaml names",
                minutes=_SEESAW_MINUTES,
                interrupts=f"the admin cluster's API for up to twenty minutes{apis}",
                source=pages.MIGRATE_SEESAW,
            )

    def availability(self) -> Iterator[Step]:
        """Give the steps from one control plane node to three."""
        if Feature.NON_HA_ADMIN not in self.features:
            return
        name = self.cluster.name
        yield Step(
            "Look whether secrets are encrypted with a key of the first kind",
            "up to 1.29.600 and 1.30.100 the new control plane can not decrypt what a key of 1.14 or older encrypted",
            commands=(
                f"{self.words.in_admin('get secret --namespace kube-system admin-master-component-options')} "
                f"--output jsonpath={{.data.data}} | base64 -d | {_KEYS}",
            ),
            expect='no key is empty ("Key":""); otherwise raise secretsEncryption.generatedKey.keyVersion in the '
            "cluster's file by one and update the cluster first",
            source=pages.MIGRATE_HA,
        )
        yield Step(
            "Migrate to three control plane nodes",
            "1.32 and later take no admin cluster with one",
            edits=(
                f"{name}: replicas: 3",
                *(f"{name}: {each.field}: {each.text}" for each in self.wanted),
                *self._block(),
            ),
            commands=self.words.update_admin(),
            expect="three control plane nodes and no add-on nodes are Ready behind the new VIP",
            minutes=_HA_MINUTES,
            interrupts="the admin cluster's API for up to 18 minutes; workloads of user clusters go on",
            undo="the old control plane VM is kept, powered off; on a failure keep it, and ask Google's support",
            source=pages.MIGRATE_HA,
        )
        yield Step(
            "Clear up",
            "the old control plane VM is kept on purpose, and the old VIP is written down in places",
            commands=(self.words.in_admin("get nodes --output wide"), self.words.diagnose()),
            expect=f"nothing uses {self.cluster.control_plane.vip} any more, the old VM is deleted in vCenter, and "
            "DNS, firewall and kubeconfigs name the new VIP",
            source=pages.MIGRATE_HA,
        )

    def _block(self) -> Iterator[str]:
        hosted = hosted_by(self.env, self.cluster)
        if hosted:
            kept = ", ".join(str(each.control_plane.addresses) for each in hosted)
            yield f"{self.cluster.name}: node_addresses: {kept}, which is all that still takes addresses of it (A48)"
        elif self.cluster.node_addresses:
            yield f"{self.cluster.name}: remove node_addresses: there are no add-on nodes any more (A48)"
