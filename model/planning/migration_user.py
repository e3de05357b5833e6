"""The steps that take a user cluster to Dataplane V2, MetalLB or manual load balancing, and Controlplane V2.

Source: https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/how-to/migrate-user-cluster-recommended-features
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from model.config.catalogue import Feature
from model.config.onprem_balancer import LoadBalancerKind
from model.config.onprem_cluster import UserCluster
from model.estate import Environment
from model.planning.migration_shapes import MINUTES_A_NODE, Step, Wanted
from model.planning.migration_words import Words
from model.planning.versions import Minor, Version
from model.rendering import pages

FIRST: Final = Minor(1, 30)
"""The version from which all of it is one procedure; in 1.29 Controlplane V2 is a preview of its own."""
_ANEW: Final = "| sed -E '/^    (resourceVersion|uid):/d'"
"""Takes out of a list of objects what keeps them from being made anew."""
_SAVED: Final = "networkpolicies.yaml"
_QUIET: Final = "nothing: workloads and the Kubernetes API go on"


def steps(
    env: Environment, cluster: UserCluster, features: Sequence[Feature], wanted: Sequence[Wanted]
) -> Iterator[Step]:
    """Give the steps of `cluster` in order."""
    plan = _Plan(env, cluster, frozenset(features), tuple(wanted), Words(env, cluster.admin_cluster))
    yield from plan.before()
    yield from plan.dataplane()
    yield from plan.main()
    yield from plan.after()


@dataclass(frozen=True)
class _Plan:
    env: Environment
    cluster: UserCluster
    features: frozenset[Feature]
    wanted: tuple[Wanted, ...]
    words: Words

    @property
    def moves(self) -> bool:
        return Feature.KUBECEPTION in self.features

    @property
    def largest(self) -> int:
        """The minutes of an update of all pools, which go side by side."""
        return MINUTES_A_NODE * max((pool.nodes.max for pool in self.cluster.node_pools), default=1)

    def update(self, *, render: bool = True) -> tuple[str, ...]:
        return self.words.update_cluster(self.cluster, render=render)

    def before(self) -> Iterator[Step]:
        version = Version.parse(self.cluster.version)
        behind = [pool.name for pool in self.cluster.node_pools if pool.version not in {None, self.cluster.version}]
        if version.minor < FIRST or behind:
            yield Step(
                f"Bring the cluster and all its pools to {max(FIRST, version.minor)}",
                "the migration needs 1.30 or later, and every pool at the version of its cluster",
                commands=(f"./hybrid upgrade plan {self.env.name} --onprem {max(FIRST, version.minor)}",),
                expect="the plan is carried out, and no pool of the cluster has a version of its own",
                source=pages.UPGRADE,
            )
        if self.wanted:
            needs = "; ".join(f"{each.use}: {each.text}" for each in self.wanted)
            yield Step(
                "Reserve addresses and order firewall openings",
                "the new control plane stands beside the old one until the end, in the network of the workers",
                expect=f"reserved ({needs}), nothing answers a ping on them, and they may reach what nodes reach",
                source=pages.MIGRATE_USER,
            )
        yield Step(
            "Look whether the cluster is healthy",
            "a migration of a cluster that is not healthy stops half-way",
            commands=(self.words.diagnose(self.cluster),),
            expect="no problem is reported",
            source=pages.MIGRATE_USER,
        )
        if Feature.SEESAW in self.features:
            yield self._client_addresses()
        if self.moves:
            yield from self._secrets_and_webhooks()
            yield self.words.auto_repair(on=False)
        if Feature.SEESAW in self.features and not any(pool.load_balancer for pool in self.cluster.node_pools):
            yield self._speakers()

    def _client_addresses(self) -> Step:
        listing = self.words.in_user(self.cluster, "get services --all-namespaces --output yaml")
        return Step(
            "Look whether services rely on Seesaw for the address of their clients",
            "MetalLB does not keep it as Seesaw does",
            commands=(f'{listing} | grep "externalTrafficPolicy: Local"',),
            expect="nothing is printed; otherwise stop here, and ask Google's support",
            source=pages.MIGRATE_USER,
        )

    def _secrets_and_webhooks(self) -> Iterator[Step]:
        id_ = self.cluster.id
        yield Step(
            "Look whether secrets have ever been encrypted with keys of the cluster",
            "the new control plane can not decrypt them",
            commands=(
                self.words.in_admin(
                    f"get onpremusercluster {id_} --namespace {id_}-gke-onprem-mgmt "
                    "--output jsonpath={.spec.secretsEncryption}"
                ),
            ),
            expect="nothing is printed; otherwise set secretsEncryption.generatedKey.disabled in the cluster's file, "
            "update the cluster, restart its kube-apiserver and apply all secrets again, as the page says",
            source=pages.MIGRATE_USER,
        )
        yield Step(
            "Look whether webhooks reach into kube-system",
            "a webhook that does not answer keeps the pods of the new control plane from starting",
            commands=(
                self.words.in_user(
                    self.cluster, "get validatingwebhookconfigurations,mutatingwebhookconfigurations --output yaml"
                ),
            ),
            expect="each has a namespaceSelector that leaves kube-system out; add it where it is missing",
            source=pages.MIGRATE_USER,
        )

    def _speakers(self) -> Step:
        pool = min(self.cluster.node_pools, key=lambda each: (each.nodes.max, each.name))
        return Step(
            "Choose the pool that runs MetalLB's speakers",
            "they announce the addresses of services; a pool with much traffic of its own is a bad choice",
            edits=(f"{self.cluster.name}, pool {pool.name}: load_balancer: true",),
            commands=self.update(),
            expect="the nodes of that pool alone are made anew",
            minutes=MINUTES_A_NODE * pool.nodes.max,
            interrupts=_QUIET,
            undo="take the edit back, and update again",
            source=pages.MIGRATE_USER,
        )

    def dataplane(self) -> Iterator[Step]:
        """Give the steps from Calico to Dataplane V2 (B67)."""
        if Feature.DATAPLANE_V1 not in self.features:
            return
        listed = self.words.in_user(self.cluster, "get networkpolicy --all-namespaces")
        yield Step(
            "Save and delete every NetworkPolicy of your own",
            "Dataplane V2 can not be switched on while there are any",
            commands=(
                f"{listed} --output yaml --field-selector metadata.namespace!=kube-system {_ANEW} > {_SAVED}",
                self.words.in_user(self.cluster, f"delete --filename {_SAVED}"),
            ),
            expect=f"`{listed}` shows none outside kube-system",
            interrupts="nothing is away, and nothing is kept apart: pods reach each other until they are applied again",
            undo=self.words.in_user(self.cluster, f"apply --filename {_SAVED}"),
            source=pages.MIGRATE_USER,
        )
        yield Step(
            "Switch to Dataplane V2",
            "1.31 and later run nothing else, and Controlplane V2 needs it",
            edits=(f"{self.cluster.name}: dataplane_v2: true",),
            commands=(*self.update(), self.words.in_user(self.cluster, f"apply --filename {_SAVED}")),
            expect="all nodes are made anew and ready, and the policies hold again",
            minutes=self.largest,
            interrupts=_QUIET,
            source=pages.MIGRATE_USER,
        )

    def main(self) -> Iterator[Step]:
        """Give the one update that changes the load balancer and the control plane."""
        edits = [*self._balancer_edits(), *self._control_plane_edits()]
        if not edits:
            return
        if self.moves and self.cluster.load_balancer.kind is LoadBalancerKind.MANUAL:
            yield self._mappings()
        away = ["the Kubernetes API for minutes, up to about ten"] if self.moves else []
        if Feature.SEESAW in self.features:
            away.append("the addresses of all services for two to ten minutes")
        yield Step(
            "Migrate the load balancer and the control plane" if self.moves else "Migrate the load balancer",
            "all of these fields can be changed in this one update, and never afterwards",
            edits=tuple(edits),
            commands=self.update(),
            expect="gkectl ends without an error; the nodes join the new control plane, then are made anew one by one",
            minutes=self.largest,
            interrupts="; ".join(away) or _QUIET,
            undo="the old control plane nodes are only powered off until the end: on a failure keep them, run nothing "
            "more, and go back to them with Google's support"
            if self.moves
            else "",
            source=pages.MIGRATE_USER,
        )

    def _balancer_edits(self) -> Iterator[str]:
        name = self.cluster.name
        if Feature.F5 in self.features:
            yield f"{name}: load_balancer.kind: manual, ports: with the node ports that the BIG-IP sends to; remove f5:"
            yield f"{name}: ingress_vip stays {self.cluster.load_balancer.ingress_vip}"
        if Feature.SEESAW in self.features:
            yield f"{name}: load_balancer.kind: metallb, and pools: with every address that a service has today"
            yield f"{name}: ingress_vip stays {self.cluster.load_balancer.ingress_vip}, in one of the pools"

    def _control_plane_edits(self) -> Iterator[str]:
        if not self.moves:
            return
        name = self.cluster.name
        yield f"{name}: control_plane_v2: true"
        for each in self.wanted:
            if each.field.startswith("control_plane."):
                yield f"{name}: {each.field}: {each.text}"
        if self.cluster.control_plane.replicas == 1:
            yield f"{name}: replicas: 3, if it is to be highly available from now on: it can not be changed later"

    def _mappings(self) -> Step:
        ports = self.cluster.load_balancer.ports
        http, https = (ports.ingress_http, ports.ingress_https) if ports is not None else ("?", "?")
        vip = self.cluster.load_balancer.ingress_vip
        return Step(
            "Map the new control plane nodes on the load balancer",
            "every node of the cluster takes traffic of the ingress, those of the control plane too",
            expect=f"{vip}:80 goes to node port {http} of each new node as well, {vip}:443 to {https}, and the new "
            "control plane VIP on port 443 to all of them",
            source=pages.MANUAL_LB,
        )

    def after(self) -> Iterator[Step]:
        """Give what is done when the cluster runs in its new form."""
        looks = [self.words.in_user(self.cluster, "get nodes --output wide")]
        if Feature.SEESAW in self.features:
            looks.append(self.words.in_user(self.cluster, "get pods --namespace kube-system --selector app=metallb"))
        yield Step(
            "Look at the new cluster",
            "the old one is gone after this",
            commands=tuple(looks),
            expect="every node is Ready; with MetalLB one controller and one speaker for each chosen node run",
            source=pages.MIGRATE_USER,
        )
        if Feature.SEESAW in self.features:
            yield Step(
                "Delete the machines of Seesaw",
                "they are powered off and hold disks",
                expect=f"the VMs that seesaw-for-{self.cluster.id}.yaml names under vmnames are gone from vCenter",
                source=pages.MIGRATE_USER,
            )
        if self.moves:
            yield self.words.auto_repair(on=True)
            yield self._leave_the_old_vip()
            yield from self._take_over()

    def _leave_the_old_vip(self) -> Step:
        old, nodes = self.cluster.control_plane.vip, self.cluster.control_plane.addresses
        return Step(
            "Leave the old VIP and give its addresses back",
            "the old VIP still answers and is not to be relied on",
            edits=(f"{self.cluster.admin_cluster}: take {nodes} out of node_addresses",),
            commands=self.words.update_admin(),
            expect=f"nothing uses {old} any more, and the firewall's openings for {nodes} are closed",
            source=pages.MIGRATE_USER,
        )

    def _take_over(self) -> Iterator[Step]:
        project, region = self.env.facts.projects.cluster.id, self.env.organisation.region
        name = f"projects/{project}/locations/{region}/vmwareClusters/{self.cluster.id}"
        yield Step(
            "Let the program take the cluster over",
            "with Controlplane V2 the API can drive it, and so can this program (B21)",
            edits=(f"{self.cluster.name}: provisioner: api, mode: adopt, import_id: {name}, and one for each pool",),
            commands=(
                f"gcloud container vmware clusters describe {self.cluster.id} --project {project} --location {region}",
                f"pulumi preview --stack {self.env.name} --diff",
            ),
            expect="the preview imports the cluster and its pools, and changes nothing in them",
            source=pages.CREATE_USER,
        )
