"""All files of an environment for gkeadm and gkectl, each re-read and checked before anybody gets it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from model.config.catalogue import FILE as CATALOGUE
from model.config.onprem_cluster import AdminCluster, Provisioner, UserCluster
from model.config.source import Data
from model.estate import Environment
from model.planning.versions import Minor, Version
from model.rendering import admin_cluster, files, small_files, user_cluster
from model.rendering.conditions import validate
from model.rendering.files import FileKind, path_of
from model.rendering.gates import NEWEST, OLDEST
from model.rendering.pages import page
from model.rendering.refusals import Refusal, refusals, remarks
from model.rendering.text import read_back, written

_PATCH: Final = (
    "A merge patch for the ClientConfig that the cluster comes with:\n"
    "kubectl patch clientconfig default --namespace kube-public --type merge --patch-file <this file>"
)


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A file: where it lies below the directory, what it is, the version it is for, and its text."""

    path: str
    kind: FileKind
    version: Version
    text: str


@dataclass(frozen=True, slots=True)
class Rendering:
    """What came of rendering. With refusals there are no files: half a set is worse than none."""

    files: tuple[RenderedFile, ...]
    refusals: tuple[Refusal, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A file before its text. `subject` is the cluster it is of, or its own name."""

    subject: str
    name: str
    cluster: AdminCluster | UserCluster | None
    kind: FileKind
    version: Version
    data: dict[str, Data]
    note: str = ""

    @property
    def path(self) -> str:
        return path_of(self.name, self.cluster.name if self.cluster is not None else None)


def render(env: Environment, *, version: Version | None = None, cluster: str | None = None) -> Rendering:
    """Return the files of `env`: those at the top, and of each cluster those in its directory.

    `version` is the one they are for, by default each cluster's own, and gkectl's at the top. `cluster` limits the
    directories to one cluster, by its name or its id; raises `KeyError` where the environment has none of that name.
    """
    chosen = [each for each in _clusters(env) if cluster is None or cluster in _names(each)]
    if not chosen and cluster is not None:
        raise KeyError(cluster)
    gkectl = version or Version.parse(env.onprem.workstation.version)
    targets = {each.name: version or Version.parse(each.version) for each in chosen}
    unknown = [*_unknown(env, {gkectl.minor, *(each.minor for each in targets.values())})]
    if unknown:
        return Rendering((), tuple(unknown), ())
    refused: list[Refusal] = []
    drafts: list[_Draft] = [*_top(env, gkectl)]
    noted: list[str] = []
    for each in chosen:
        target = targets[each.name]
        blocking = list(refusals(env, each, target.minor))
        refused.extend(blocking)
        noted.extend(remarks(each, target.minor))
        if blocking:
            continue
        drafts.extend(_admin(env, each, target) if isinstance(each, AdminCluster) else _user(env, each, target))
    made: list[RenderedFile] = []
    for draft in drafts:
        file = _made(env, draft)
        made.append(file)
        refused.extend(_faults(draft, file))
    return Rendering(() if refused else tuple(made), tuple(refused), tuple(noted))


def cluster_names(env: Environment) -> list[str]:
    """Return every name that `render` takes for a cluster."""
    return [name for each in _clusters(env) for name in _names(each)]


def _unknown(env: Environment, minors: set[Minor]) -> Iterator[Refusal]:
    """Give the versions that nothing is known of: what their files look like, or what they refuse (B72)."""
    for minor in sorted(minors):
        source = page(FileKind.ADMIN_CLUSTER, minor)
        if not OLDEST <= minor <= NEWEST:
            message = f"files for {minor} are not described here; there are {OLDEST} to {NEWEST}"
            yield Refusal(str(minor), "B72", message, "choose one of them with --for-version", source)
        elif str(minor) not in env.catalogue.onprem:
            message = "the version catalogue does not know it, so nothing says what it refuses"
            yield Refusal(str(minor), "B72", message, f"read up on it, and add it to {CATALOGUE}", source)


def _clusters(env: Environment) -> list[AdminCluster | UserCluster]:
    admins = sorted(env.onprem.admin_clusters, key=lambda each: each.name)
    return [*admins, *sorted(env.onprem.user_clusters, key=lambda each: each.name)]


def _names(cluster: AdminCluster | UserCluster) -> tuple[str, ...]:
    return (cluster.name, cluster.id) if isinstance(cluster, UserCluster) else (cluster.name,)


def _top(env: Environment, version: Version) -> Iterator[_Draft]:
    for name, kind, data, note in (
        (
            files.ADMIN_WORKSTATION,
            FileKind.ADMIN_WORKSTATION,
            small_files.admin_workstation(env),
            "For gkeadm, run beside this file, credential.yaml, certificates/ and keys/.",
        ),
        (
            files.CREDENTIALS,
            FileKind.CREDENTIALS,
            small_files.credentials(env),
            "sm://<project>/<secret> stands for a value. Put it in on the workstation, and nowhere else:\n"
            "gcloud secrets versions access latest --project <project> --secret <secret>",
        ),
    ):
        yield _Draft(name, name, None, kind, version, data, note)


def _admin(env: Environment, cluster: AdminCluster, version: Version) -> Iterator[_Draft]:
    name, data = cluster.name, admin_cluster.admin_cluster(env, cluster, version)
    yield _Draft(name, files.ADMIN_CLUSTER, cluster, FileKind.ADMIN_CLUSTER, version, data, _driven(cluster))
    block = admin_cluster.admin_ip_block(env, cluster, version.minor)
    if block is not None:
        yield _Draft(name, files.IP_BLOCK, cluster, FileKind.IP_BLOCK, version, block)


def _user(env: Environment, cluster: UserCluster, version: Version) -> Iterator[_Draft]:
    name, data = cluster.name, user_cluster.user_cluster(env, cluster, version)
    yield _Draft(name, files.USER_CLUSTER, cluster, FileKind.USER_CLUSTER, version, data, _driven(cluster))
    block = user_cluster.user_ip_block(env, cluster)
    if block is not None:
        yield _Draft(name, files.IP_BLOCK, cluster, FileKind.IP_BLOCK, version, block)
    if cluster.authentication is not None:
        patch = small_files.client_config(cluster.authentication)
        yield _Draft(name, files.CLIENT_CONFIG, cluster, FileKind.CLIENT_CONFIG, version, patch, _PATCH)


def _driven(cluster: AdminCluster | UserCluster) -> str:
    if cluster.provisioner is Provisioner.GKECTL:
        return "gkectl makes and changes this cluster from this file."
    if isinstance(cluster, AdminCluster):
        return "The API makes or adopts this cluster; gkectl upgrades and repairs it with this file."
    return "This cluster is driven through the API: compare with this file, and change nothing with it."


def _made(env: Environment, draft: _Draft) -> RenderedFile:
    source = env.source.file
    head = [
        f"Generated by ./hybrid render {env.name} from {source}; make changes there, a change here is lost.",
        f"For version {draft.version}. Fields: {page(draft.kind, draft.version.minor)}",
        *draft.note.splitlines(),
    ]
    return RenderedFile(draft.path, draft.kind, draft.version, written(head, draft.data))


def _faults(draft: _Draft, file: RenderedFile) -> Iterator[Refusal]:
    """Give what the re-read file is refused for."""
    faults = validate(file.kind, file.version, read_back(file.path, file.text))
    for fault in faults:
        where = ".".join(str(key) for key in fault.at)
        message = f"{file.path}: {where}: {fault.message}" if where else f"{file.path}: {fault.message}"
        yield Refusal(draft.subject, fault.rule, message, fault.remedy, fault.source)
