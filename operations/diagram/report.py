"""The report of an environment: its picture, versions, address use, who has what access, and the openings it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from model.config.promotion import Promoted
from model.estate import Environment, Estate
from model.planning.address_room import rooms
from model.planning.firewall import cloud_openings
from model.planning.grants import grants
from model.planning.order_sheet import End, order_sheet
from model.planning.promotion.blockers import ON_PREM
from model.planning.promotion.things import Thing, things_of
from model.planning.versions import Version, support
from operations.diagram.comparing import differences
from operations.diagram.describing import described
from operations.diagram.drawing import draw
from operations.diagram.page import Section, Table, page
from operations.diagram.scene import Scene


def pictures(estate: Estate) -> dict[str, str]:
    """Return the pictures that are kept under version control, by their path below the root."""
    return {f"docs/diagrams/{name}.svg": draw(described(env)) for name, env in estate.environments.items()}


def report(estate: Estate, environment: str, scene: Scene) -> str:
    """Return the page of an environment; `scene` is what its picture shows, compared or not.

    Raises `Unavailable` for a part of the files that could not be read.
    """
    env = estate.environments[environment]
    words = f"{env.facts.purpose}. Written from the reviewed files, dates judged as of {estate.today}."
    return page(f"{estate.organisation.platform} {environment}", words, tuple(_sections(estate, env, scene)))


def _sections(estate: Estate, env: Environment, scene: Scene) -> Iterator[Section]:
    yield Section("picture", "Picture", picture=draw(scene))
    if scene.compared_with:
        points = differences(scene) or ("nothing that the picture shows",)
        yield Section("changes", "Changes", f"Against {scene.compared_with}.", points=points)
    yield Section(
        "versions",
        "Versions",
        "What the stack file asks for; ./hybrid promote status says what runs and what may come next.",
        table=Table(("what", "where", "version", "supported until"), tuple(_versions(env))),
    )
    yield Section(
        "addresses",
        "Address use",
        "What every range must hold at the most, and what is left.",
        table=Table(
            ("range", "what", "counted in", "capacity", "need", "left", "used"), tuple(_addresses(estate, env))
        ),
    )
    yield Section(
        "access",
        "Access",
        "Standing access, and what may be asked for. Groups and service accounts; people are in groups.",
        table=Table(("who", "gets", "on", "team", "why"), tuple(_access(env))),
    )
    yield Section(
        "openings",
        "Openings for the sites' firewalls",
        table=Table(("no", "from", "to", "traffic", "for", "also in the VPC"), tuple(_openings(env))),
    )
    yield Section(
        "policy",
        "The VPC's firewall policy",
        "By priority; the first rule that fits decides.",
        table=Table(("priority", "rule", "action", "from", "to", "traffic"), tuple(_policy(env))),
    )


def _versions(env: Environment) -> Iterator[tuple[str, ...]]:
    for _, thing in sorted(things_of(env).items()):
        pool = thing.slot.name.partition(" of ")[0] if thing.slot.kind is Promoted.NODE_POOL else ""
        yield (
            thing.slot.kind.value.replace("-", " "),
            f"{pool} of {thing.cluster}" if pool else thing.cluster,
            thing.value,
            _until(env, thing),
        )


def _until(env: Environment, thing: Thing) -> str:
    if thing.slot.kind not in ON_PREM:
        return ""
    found = support(Version.parse(thing.value).minor, env.catalogue, env.today)
    return f"{found.release.supported_until}, {found.days_left} days" if found else "not known"


def _addresses(estate: Estate, env: Environment) -> Iterator[tuple[str, ...]]:
    for room in rooms(estate):
        if room.environment == env.name:
            used = f"{100 * room.need / room.capacity:.0f} %" if room.capacity else ""
            yield room.range, room.what, room.unit, str(room.capacity), str(room.need), str(room.left), used


def _access(env: Environment) -> Iterator[tuple[str, ...]]:
    found = grants(env)
    rows: list[tuple[str, ...]] = []
    for iam in found.iam:
        until = f" until {iam.expires}" if iam.expires else ""
        rows.append((iam.member, f"{iam.role}{until}", iam.resource, iam.team or "", iam.reason))
    rows += [(each.member, each.role, each.resource, each.team or "", each.reason) for each in found.resources]
    for cluster in found.clusters:
        where = (
            f"namespace {cluster.namespace} in {cluster.cluster}" if cluster.namespace else f"all of {cluster.cluster}"
        )
        who = f"{cluster.kind.lower()}:{cluster.principal}"
        rows.append((who, f"cluster role {cluster.role}", where, cluster.team or "", cluster.reason))
    for argo in found.argo:
        doing = ", ".join(argo.actions)
        rows.append(
            (f"group:{argo.group}", f"delivery: {doing}", f"project {argo.project}", argo.team or "", argo.reason)
        )
    for may in found.entitlements:
        approvals = (
            f"{len(may.levels)} approvals" if len(may.levels) > 1 else "1 approval" if may.levels else "granted at once"
        )
        gets = f"may ask for {may.id}, {may.longest.total_seconds() / 3600:g} h, {approvals}: {', '.join(may.roles)}"
        rows += [(f"group:{who}", gets, may.project, may.team or "", may.reason) for who in may.requesters]
    yield from sorted(set(rows))


def _ends(ends: Iterable[End]) -> str:
    return ", ".join(f"{end.name} ({end.range})" if end.range is not None else end.name for end in ends)


def _openings(env: Environment) -> Iterator[tuple[str, ...]]:
    for row in order_sheet(env):
        for flow in row.flows:
            traffic = ", ".join(str(each) for each in flow.traffic)
            both = "yes" if row.side.value == "both" else ""
            yield str(row.number), _ends(row.sources), _ends(flow.targets), traffic, row.purpose, both


def _policy(env: Environment) -> Iterator[tuple[str, ...]]:
    for rule in cloud_openings(env):
        sources = ", ".join(str(each) for each in rule.sources)
        targets = ", ".join(str(each) for each in rule.destinations) or "every machine"
        traffic = ", ".join(str(each) for each in rule.traffic)
        yield str(rule.priority), rule.key, rule.action, sources, targets, traffic
