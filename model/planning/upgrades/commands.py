"""The exact commands of a step: what is looked at before, what does it, and what shows that it worked.

Files are those that `./hybrid render` writes, with the names it gives them; kubeconfigs lie beside them on the
workstation. Where a runbook goes through a step in full, it is named. Sources: the pages `how-to/upgrading`,
`how-to/update-or-upgrade-to-adv-cluster` and `how-to/back-up-and-restore-an-admin-cluster-with-gkectl` of
https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from model.config.onprem_cluster import UserCluster
from model.config.workstation import WorkstationMaker
from model.estate import Environment
from model.planning.upgrades.moves import Act, Move, Way
from model.planning.upgrades.standing import Standing
from model.planning.versions import ADMIN_FIRST
from model.rendering.files import ADMIN_CLUSTER, ADMIN_WORKSTATION, MIGRATION, USER_CLUSTER, path_of

_RELEASES: Final = "gs://gke-on-prem-release"
_BUNDLE: Final = "/var/lib/gke/bundles/gke-onprem-vsphere-{version}-full.tgz"
_OURS: Final = "metadata.namespace!=kube-system,metadata.namespace!=gke-system"


@dataclass(frozen=True, slots=True)
class Command:
    """A command and what it is for; `line` is empty for what a person does otherwise."""

    why: str
    line: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Commands:
    """What is done before a step, the step itself, and what is done after it."""

    before: tuple[Command, ...]
    step: tuple[Command, ...]
    after: tuple[Command, ...]


def commands(env: Environment, before: Standing, move: Move) -> Commands:
    """Return the commands of `move`."""
    maker = _Maker(env, before, move)
    return Commands(tuple(maker.before_it()), tuple(maker.itself()), tuple(maker.after_it()))


@dataclass(frozen=True)
class _Maker:
    env: Environment
    standing: Standing
    move: Move

    @property
    def cluster(self) -> UserCluster | None:
        return next((each for each in self.env.onprem.user_clusters if each.name == self.move.name), None)

    @property
    def admin(self) -> str:
        return self.cluster.admin_cluster if self.cluster else self.move.name

    @property
    def kubeconfig(self) -> str:
        return f"{self.admin}-kubeconfig"

    @property
    def file(self) -> str:
        return path_of(USER_CLUSTER if self.cluster else ADMIN_CLUSTER, self.move.name)

    @property
    def diagnosed(self) -> str:
        what = f" --cluster-name {self.cluster.id}" if self.cluster else ""
        return f"gkectl diagnose cluster --kubeconfig {self.kubeconfig}{what}"

    @property
    def at(self) -> str:
        return f"--project {self.env.facts.projects.cluster.id} --location {self.env.organisation.region}"

    @property
    def enters_the_new_order(self) -> bool:
        return self.move.before.minor < ADMIN_FIRST <= self.move.after.minor

    def before_it(self) -> Iterator[Command]:
        match self.move.act:
            case Act.WORKSTATION:
                yield Command("the disk has 100 GiB or more", "df -h --output=size,avail /", "A3")
                yield Command("nothing runs on it", "pgrep -a gkectl || true", "A13")
            case Act.PLATFORM:
                return
            case Act.POOLS | Act.MIGRATION:
                yield Command("the cluster is healthy", self.diagnosed)
                yield from self._backups()
            case Act.ADMIN | Act.USER | Act.CONTROL_PLANE:
                yield Command("the cluster is healthy", self.diagnosed)
                yield from self._backups()
                yield from self._upgrade_checks()

    def _upgrade_checks(self) -> Iterator[Command]:
        cluster = self.cluster
        yield Command(
            "the API that metadata goes to is on",
            f"gcloud services list --enabled --project {self.env.facts.projects.cluster.id} "
            "--filter kubernetesmetadata.googleapis.com",
            "B69",
        )
        where = "the admin cluster" if cluster else "the bootstrap cluster on the workstation"
        release = self.env.catalogue.onprem.get(str(self.move.after.minor))
        if release is not None and not release.defaults.server_side_preflights:
            where = "the workstation"
        yield Command(f"preflight checks run on {where}; its openings are those of the order sheet", rule="B71")
        if cluster is None:
            return
        if self.enters_the_new_order:
            inside, file = f"kubectl --kubeconfig {cluster.id}-kubeconfig", f"{cluster.id}-networkpolicies.yaml"
            every = f"get networkpolicies --all-namespaces --field-selector {_OURS} --output yaml"
            yield Command("every NetworkPolicy that is not the system's is saved", f"{inside} {every} > {file}", "B67")
            yield Command("and deleted", f"{inside} delete --filename {file}", "B67")
        if self.move.way is Way.PULUMI:
            yield Command(
                "the API offers the version, which it does 7 to 14 days after its release",
                f"gcloud container vmware clusters query-version-config {self.at} --cluster {cluster.id}",
                "B72",
            )
        else:
            yield Command(
                "the upgrade would pass its checks",
                f"gkectl upgrade cluster --kubeconfig {self.kubeconfig} --config {self.file} --dry-run",
                "B71",
            )

    def _backups(self) -> Iterator[Command]:
        config = path_of(ADMIN_CLUSTER, self.admin)
        line = f"gkectl backup admin --kubeconfig {self.kubeconfig} --config {config}"
        yield Command(f"a fresh backup of {self.admin}", line, "B70")
        for user in self.standing.users_of(self.admin):
            if self.cluster is None or user.name == self.move.name:
                line = f"./hybrid runbook {self.env.name} user-backup --cluster {user.name}"
                yield Command(f"a fresh backup of {user.name}, by its runbook", line, "B70")

    def itself(self) -> Iterator[Command]:
        move, name = self.move, self.env.name
        match move.act:
            case Act.WORKSTATION:
                yield from self._workstation()
            case Act.MIGRATION:
                yield Command(f"{path_of(MIGRATION)}, section {move.name}", f"./hybrid render {name} --migration")
            case _ if move.way is Way.PULUMI:
                yield Command("what it will do", f"pulumi preview -s {name} --diff")
                yield Command("and doing it", f"pulumi up -s {name}")
            case _:
                yield from self._gkectl()

    def _workstation(self) -> Iterator[Command]:
        move, version = self.move, self.move.after
        yield Command("all of it in full", f"./hybrid runbook {self.env.name} workstation-upgrade --to {version}")
        if self.env.onprem.workstation.made_by is WorkstationMaker.GKEADM:
            yield Command("gkeadm of that version", f"gkeadm upgrade gkeadm --target-version {version}")
            yield Command(
                "the workstation, from where gkeadm keeps its files",
                f"gkeadm upgrade admin-workstation --config {path_of(ADMIN_WORKSTATION)} --info-file {move.name}",
            )
            return
        bundle = _BUNDLE.format(version=version)
        name = bundle.rpartition("/")[2]
        yield Command("gkectl of that version", f"gcloud storage cp {_RELEASES}/gkectl/{version}/gkectl ~/bin/gkectl")
        yield Command("and its bundle", f"gcloud storage cp {_RELEASES}/gke-onprem-bundle/{version}/{name} {bundle}")

    def _gkectl(self) -> Iterator[Command]:
        move = self.move
        if not move.converts and move.act is not Act.POOLS:
            task = "user-upgrade" if self.cluster else "admin-upgrade"
            line = f"./hybrid runbook {self.env.name} {task} --cluster {move.name} --to {move.after}"
            yield Command("all of it in full", line)
        if move.converts and self.cluster is not None and self.standing.users[move.name].api:
            yield Command(
                "the state lets go of the cluster and its pools, so that nothing is deleted when they leave the stack "
                f"file: for each of their URNs in `pulumi stack -s {self.env.name} --show-urns`",
                f"pulumi state delete -s {self.env.name} --force URN",
                "B64",
            )
        if move.act is not Act.POOLS:
            yield Command(
                "the bundle is brought to vSphere and the registry",
                f"gkectl prepare --bundle-path {_BUNDLE.format(version=move.after)} --kubeconfig {self.kubeconfig}"
                f"{' --advanced-cluster' if move.converts else ''}",
            )
        verb = "cluster" if self.cluster else "admin"
        yield Command(
            f"the upgrade, with the file that `./hybrid render {self.env.name}` writes after the edit",
            f"gkectl upgrade {verb} --kubeconfig {self.kubeconfig} --config {self.file}",
        )

    def after_it(self) -> Iterator[Command]:
        move, cluster = self.move, self.cluster
        if move.act is Act.WORKSTATION:
            yield Command("it is there", "gkectl version")
            return
        if move.act is Act.PLATFORM:
            yield Command(
                "the version is in the list",
                f"gcloud container vmware admin-clusters describe {move.name} {self.at} "
                "--format 'value(platformConfig.bundles[].version)'",
                "A65",
            )
            return
        yield Command("the cluster is healthy", self.diagnosed)
        if cluster is not None and self.enters_the_new_order and move.act is not Act.POOLS:
            apply = f"apply --filename {cluster.id}-networkpolicies.yaml"
            line = f"kubectl --kubeconfig {cluster.id}-kubeconfig {apply}"
            yield Command("every NetworkPolicy is back", line, "B67")
        leaves = move.converts and cluster is not None
        if move.way is Way.GKECTL and move.act is not Act.MIGRATION and not leaves:
            yield Command(
                "the stack file says so too, and nothing differs", f"pulumi preview -s {self.env.name}", "A66"
            )
