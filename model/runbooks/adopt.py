"""An estate that exists, brought under this program in phases, to an empty preview."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.gke import GkeCluster
from model.config.onprem_cluster import AdminCluster, Mode, UserCluster
from model.planning.watching import session_is_up
from model.runbooks.edits import added, changed, together
from model.runbooks.import_ids import Phase
from model.runbooks.shape import FOREVER, Kind, Runbook, Step, Takes
from model.runbooks.site import Site, secret
from model.runbooks.sources import IMPORT, JUDGED, UP
from model.runbooks.stack import keep, nothing_left, urn

_WHAT: Final = {
    Phase.PROJECTS: "Shared VPC, keys of Cloud KMS and service accounts; the projects themselves are only named, and "
    "APIs that are on stay on",
    Phase.NETWORK: "VPC, subnets, addresses, routers, NAT, firewall policy, zones and records",
    Phase.VPN: "gateway, the description of the other side, and the secrets that hold keys",
    Phase.TUNNELS: "tunnels, interfaces and sessions; no import reads a key, so each is made anew in the end",
    Phase.VSPHERE: "folder, resource pool, port groups, tags and groups of the compute cluster",
    Phase.FLEET: "the fleet, memberships, features and what they say of each member",
    Phase.TEAMS: "what teams have in their projects: pools and providers of deployments, buckets, entitlements, "
    "registry",
}


def adopt(site: Site) -> Runbook:
    """Return how everything that exists is taken over, what others stand on first, with its import ids."""
    name = site.env.name
    tunnels = sorted(site.env.vpn.tunnels)
    return Runbook(
        task="adopt",
        title=f"Adopt what exists as {name}",
        environment=name,
        subject="all that exists of it",
        purpose="What exists is taken into the state by its id, phase by phase, and nothing is made, changed or "
        "deleted "
        "on the way. Each phase is a point to go on from, days later if need be. An object is adopted under the name "
        "that the stack file gives it; where a preview shows a replacement, file and object differ in something that "
        "cannot be changed in place: the file is what is corrected.",
        who="an engineer of the platform with one of the infrastructure team; previews with the plan identity",
        prerequisites=(
            f"{site.stack_file} describes what is there, and ./hybrid check {name} has no error",
            "whatever made it until now (another program, a person) is stopped: two owners undo each other",
        ),
        steps=(
            Step(
                kind=Kind.COMMAND,
                text="Make the stack, with its state and its key where the stack file says.",
                commands=(
                    f"export PULUMI_BACKEND_URL={site.env.facts.state.bucket}",
                    f"pulumi stack select {name} --create --secrets-provider gcpkms://{site.env.facts.state.key}",
                ),
                expect="an empty stack; commit the `encryptedkey` that it writes",
                undo=f"pulumi stack rm {name}, while it is empty",
            ),
            *_set_back(site),
            Step(
                kind=Kind.COMMAND,
                text="Write the import files: what the program declares, with the id under which each object is known. "
                "Nothing is asked of a cloud.",
                commands=(f"./hybrid runbook {name} adopt --imports {name}-imports",),
                expect="a file for each phase; clusters.json is not for now. An object that does not exist yet: take "
                "its "
                "entry out; it is created at the end",
                undo=f"rm -r {name}-imports",
                rehearsed=True,
            ),
            Step(
                kind=Kind.UP,
                text="Only the connections to Google and to vCenter: an import needs them in the state.",
                commands=(
                    f"pulumi up -s {name} --target '{urn(site, 'pulumi:providers:gcp', 'gcp')}' "
                    f"--target '{urn(site, 'pulumi:providers:vsphere', 'vsphere')}'",
                ),
                expect="both are created, and it ends with an error all the same, about a cluster's connection whose "
                "membership is not in the state yet; the last phases bring that",
                takes=Takes(2, JUDGED),
                rehearsed=True,
            ),
            *_phases(site),
            _clusters(site),
            Step(
                kind=Kind.UP,
                text="Clusters, and what may be made twice: access, APIs, objects in clusters. Tunnels stay as they "
                "are.",
                commands=(
                    keep(site, "imported"),
                    f"pulumi preview -s {name} --diff {_without(site, tunnels)}",
                    f"pulumi up -s {name} {_without(site, tunnels)}",
                ),
                expect="imports of clusters and pools; creations; no replacement, no deletion. An update is a value in "
                "which file and object differ: the file is corrected, unless the file is what is meant",
                takes=Takes(30, JUDGED),
                undo=f"pulumi stack import -s {name} --file {name}-imported.json: nothing that existed has changed",
                rehearsed=True,
            ),
            *_tunnels(site, tunnels),
            nothing_left(site),
        ),
        undo="until a tunnel is made anew: pulumi state delete --all, and everything is as it was, with no owner",
        sources=(IMPORT, UP),
        rules=("A62", "B30", "B50", "C1", "C2", "D4", "D8"),
    )


def _parent(site: Site) -> str:
    return f"projects/{site.project}/locations/{site.region}"


def _adopted(site: Site) -> list[str]:
    onprem = site.env.onprem
    clusters = (*onprem.admin_clusters, *onprem.user_clusters, *site.env.gke.clusters)
    return sorted(each.name for each in clusters if each.import_id is not None)


def _set_back(site: Site) -> tuple[Step, ...]:
    """Return the step for a file that adopts clusters already: `--target` does not hold such an import back."""
    names = _adopted(site)
    if not names:
        return ()
    return (
        Step(
            kind=Kind.EDIT,
            text=f"In this checkout alone, until the phases are done: write `mode: create` for {', '.join(names)}, and "
            "take the import ids of clusters and pools out. The engine (3.220.0) imports them past `--target`, without "
            "what they stand on, and the state is then not whole.",
            file=site.stack_file,
            expect="not committed; git diff shows these lines alone",
            undo=f"git checkout {site.stack_file}",
        ),
    )


def _clusters(site: Site) -> Step:
    hunks = [hunk for hunks in _adoptions(site) for hunk in hunks]
    again = f" {', '.join(_adopted(site))}: git checkout {site.stack_file} puts them back." if _adopted(site) else ""
    return Step(
        kind=Kind.EDIT,
        text="Clusters and pools say it in the stack file, where it protects them as well: `mode: adopt`, and the id."
        + again,
        file=site.stack_file,
        diff=together(hunks) if hunks else "",
        expect=f"./hybrid check {site.env.name} has no error (A62, B30, B50, C1, C2: an id that is another's is "
        "refused)",
        undo="take the edit back, before the `up` that adopts",
    )


def _adoptions(site: Site) -> Iterator[list[str]]:
    """Give the hunks of each cluster that the file does not adopt yet."""
    onprem, parent = site.env.onprem, _parent(site)
    clusters: tuple[tuple[AdminCluster | UserCluster | GkeCluster, str, str], ...] = (
        *((each, f"{parent}/vmwareAdminClusters/{each.name}", "") for each in onprem.admin_clusters),
        *(
            (each, f"{parent}/vmwareClusters/{each.id}", f"{parent}/vmwareClusters/{each.id}/vmwareNodePools/")
            for each in onprem.user_clusters
        ),
        *(
            (each, f"{parent}/clusters/{each.name}", f"{site.project}/{site.region}/{each.name}/")
            for each in site.env.gke.clusters
        ),
    )
    for cluster, identity, pools in clusters:
        if cluster.import_id is not None:
            continue
        adopts, known = f"mode: {Mode.ADOPT.value}", f"import_id: {identity}"
        if "mode" in cluster.model_fields_set:
            yield [
                added(cluster, "name", [known]),
                changed(cluster, "mode", cluster.mode.value, Mode.ADOPT.value),
            ]
        else:
            yield [added(cluster, "name", [adopts, known])]
        if not isinstance(cluster, AdminCluster):
            yield [added(pool, "name", [f"import_id: {pools}{pool.name}"]) for pool in cluster.node_pools]


def _phases(site: Site) -> Iterator[Step]:
    name = site.env.name
    for phase in Phase:
        if phase not in _WHAT or (phase is Phase.TEAMS and not site.env.members):
            continue
        yield Step(
            kind=Kind.COMMAND,
            text=f"Take over {phase.value}: {_WHAT[phase]}.",
            commands=(
                f"pulumi import -s {name} --file {name}-imports/{phase.value}.json --protect=false "
                "--generate-code=false",
            ),
            expect="every line `imported`. Where it stopped half way: pulumi stack export --file, then write the files "
            "again with `--state` and that file, which leaves out what is in already. Protection comes with the `up`",
            takes=Takes(3, JUDGED),
            undo="pulumi state delete of what is not to be ours: the object stays",
            rehearsed=phase is not Phase.TEAMS,
        )


def _without(site: Site, tunnels: list[str]) -> str:
    """Return the flags that leave these tunnels as they are.

    Their sessions are not left out: an import knows of no dependencies, and a tunnel is replaced with what stands on it
    only once an `up` has written those down.
    """
    types = "hybrid:vpn:Vpn$hybrid:vpn:Tunnel$gcp:compute/vPNTunnel:VPNTunnel"
    return " ".join(f"--exclude '{urn(site, types, f'vpn-{each}-tunnel')}'" for each in tunnels)


def _tunnels(site: Site, tunnels: list[str]) -> Iterator[Step]:
    """Give the steps for tunnels: an import cannot read a key, so each is made anew while the others carry (D4, D8)."""
    name = site.env.name
    for number, tunnel in enumerate(tunnels):
        others = [each for each in tunnels if each != tunnel]
        flags = _without(site, tunnels[number + 1 :])
        yield Step(
            kind=Kind.CHECK,
            text=f"{tunnel} is next, {number + 1} of {len(tunnels)}. The others carry the traffic meanwhile.",
            commands=tuple(session_is_up(site.env, each) for each in others),
            expect="`Established` for each of the others, or it would be the last one that goes",
        )
        yield Step(
            kind=Kind.UP,
            text=f"Give {tunnel} a key that this program knows: that replaces it (D4).",
            commands=(
                f"pulumi preview -s {name} {flags}".rstrip(),
                f"pulumi up -s {name} {flags}".rstrip(),
            ),
            expect=f"replacements and creations that name {tunnel}, and of nothing else",
            takes=Takes(5, JUDGED),
            undo=FOREVER,
            rehearsed=True,
        )
        yield Step(
            kind=Kind.COMMAND,
            text="Give the new key to whoever runs the other side, by a way of their own, and wait for the session.",
            commands=(
                f"umask 077 && {secret(site.env.vpn.tunnels[tunnel].pre_shared_key.secret, to=f'{tunnel}.key')}",
                session_is_up(site.env, tunnel),
                f"shred --remove {tunnel}.key",
            ),
            expect="Established",
            takes=Takes(15, JUDGED),
        )
