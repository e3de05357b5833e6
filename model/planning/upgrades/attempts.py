"""What must hold when a step of an upgrade is taken: each condition a rule with its number, over the step itself.

A plan is made to satisfy them, and they are asked again before every step, from where the clusters stand then. What
they find stops the step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from model.config.catalogue import Catalogue, OnPremRelease
from model.config.onprem_cluster import AdminCluster, IpMode, UserCluster
from model.config.problems import Place, Severity
from model.config.shape import Shape
from model.estate import Environment
from model.planning.upgrades.commands import commands
from model.planning.upgrades.features import CLEARED, WORDS
from model.planning.upgrades.moves import Act, Move, Way
from model.planning.upgrades.standing import Standing, User
from model.planning.versions import ADMIN_FIRST, POOL_SKEW, Minor
from model.rules import pages
from model.rules.registry import Finding, Registry

DISK_GIB: Final = 100
_CLUSTERS: Final = frozenset({Act.ADMIN, Act.USER, Act.CONTROL_PLANE, Act.POOLS})
_CONTROL_PLANES: Final = frozenset({Act.ADMIN, Act.USER, Act.CONTROL_PLANE})
_USERS: Final = frozenset({Act.USER, Act.CONTROL_PLANE, Act.POOLS})


@dataclass(frozen=True, eq=False)
class Attempt:
    """A step that is about to be taken: in which environment, from where, and where the earlier rings stand."""

    env: Environment
    before: Standing
    move: Move
    earlier: Mapping[str, Standing]

    @property
    def catalogue(self) -> Catalogue:
        """The version catalogue."""
        return self.env.catalogue

    @property
    def release(self) -> OnPremRelease | None:
        """What the catalogue says of the minor that the step goes to."""
        return self.catalogue.onprem.get(str(self.move.after.minor))

    @property
    def shape(self) -> Shape:
        """What the step is about, in the stack file."""
        onprem = self.env.onprem
        clusters: tuple[AdminCluster | UserCluster, ...] = (*onprem.admin_clusters, *onprem.user_clusters)
        return next((each for each in clusters if each.name == self.move.name), onprem.workstation)

    @property
    def place(self) -> Place:
        """Where its version stands."""
        return self.shape.at("version")

    @property
    def user(self) -> User | None:
        """The user cluster that it is about, where it is about one."""
        return self.before.users.get(self.move.name)


attempt_rules: Final[Registry[Attempt]] = Registry("step of an upgrade")


@attempt_rules.rule("B63", "X3", title="a step moves a control plane one minor", source=pages.UPGRADE_OVERVIEW)
def one_minor(attempt: Attempt) -> Iterator[Finding]:
    """Refuse a step back, and two minors at once of a control plane."""
    move = attempt.move
    if move.after < move.before:
        message = f"{move.name} would go back from {move.before} to {move.after}, which no cluster does"
        yield Finding(attempt.place, message, "plan to a later version")
    elif move.act in _CONTROL_PLANES and move.after.minor.steps_above(move.before.minor) > 1:
        message = f"{move.name} would go from {move.before} to {move.after} at once"
        yield Finding(attempt.place, message, f"go to {move.before.minor.above()} first")


@attempt_rules.rule("B63", "B38", title="pools trail by two minors at most, and then jump", source=pages.SKIP_VERSION)
def pools_keep_up(attempt: Attempt) -> Iterator[Finding]:
    """Refuse a control plane that would leave its pools too far behind, and a jump that pools can not make."""
    move, user = attempt.move, attempt.user
    if user is None or move.act not in _USERS:
        return
    for pool in user.pools:
        skew = move.after.minor.steps_above(pool.version.minor)
        allowed = 1 if pool.windows else POOL_SKEW
        if skew > allowed:
            kind = "Windows pool" if pool.windows else "pool"
            message = (
                f"{kind} '{pool.name}' of {user.name} is on {pool.version}, {skew} minors below {move.after.minor}; "
                f"{allowed} is the most"
            )
            yield Finding(attempt.place, message, f"bring the pool to {user.version} first")


@attempt_rules.rule("B60", title="up to 1.30 the admin cluster is the last to move", source=pages.UPGRADE_OVERVIEW)
def users_first(attempt: Attempt) -> Iterator[Finding]:
    """Refuse an admin cluster that would be a minor above a user cluster of its own."""
    move = attempt.move
    if move.act is not Act.ADMIN or move.after.minor >= ADMIN_FIRST:
        return
    behind = [user for user in attempt.before.users_of(move.name) if user.version.minor < move.after.minor]
    if behind:
        names = ", ".join(f"{user.name} on {user.version}" for user in behind)
        message = f"admin cluster {move.name} can not go to {move.after} before its user clusters: {names}"
        yield Finding(attempt.place, message, f"bring them to {move.after.minor} first")


@attempt_rules.rule("B61", title="from 1.31 on the admin cluster is the first to move", source=pages.UPGRADE_OVERVIEW)
def admin_first(attempt: Attempt) -> Iterator[Finding]:
    """Refuse a user cluster that would be above its admin cluster, patch included."""
    move, user = attempt.move, attempt.user
    if user is None or move.act not in _CONTROL_PLANES or move.after.minor < ADMIN_FIRST:
        return
    admin = attempt.before.admins.get(user.admin)
    if admin is not None and admin.version < move.after:
        message = f"user cluster {user.name} can not go to {move.after}: its admin cluster is on {admin.version}"
        yield Finding(attempt.place, message, f"bring admin cluster {admin.name} to {move.after} first, with gkectl")


@attempt_rules.rule("B62", title="everything is on 1.30 before anything is on 1.31", source=pages.UPGRADE_OVERVIEW)
def all_on_the_last_of_the_old_order(attempt: Attempt) -> Iterator[Finding]:
    """Refuse the first step into 1.31 while a cluster is below 1.30."""
    move, before = attempt.move, attempt.before
    if move.act not in _CONTROL_PLANES or move.before.minor >= ADMIN_FIRST or move.after.minor < ADMIN_FIRST:
        return
    last = ADMIN_FIRST.above(-1)
    low = [each for each in (*before.admins.values(), *before.users.values()) if each.version.minor < last]
    if low:
        names = ", ".join(f"{each.name} on {each.version}" for each in low)
        message = f"{move.name} can not enter {ADMIN_FIRST} while clusters are below {last}: {names}"
        yield Finding(attempt.place, message, f"bring every cluster to {last} first")


@attempt_rules.rule("B64", title="gkectl fits the step", source=pages.UPGRADE)
def gkectl_fits(attempt: Attempt) -> Iterator[Finding]:
    """Refuse gkectl older than the target or too new for where the cluster is; at a conversion it is the same."""
    move, gkectl = attempt.move, attempt.before.workstation
    now, then = attempt.catalogue.onprem.get(str(move.before.minor)), attempt.release
    if move.act not in _CLUSTERS or now is None or then is None:
        return
    if move.converts and gkectl != move.after:
        message = f"gkectl is {gkectl}; converting {move.name} to an advanced cluster asks for exactly {move.after}"
        yield Finding(attempt.place, message, f"bring the workstation to {move.after} first")
    elif gkectl.minor < Minor.parse(then.gkectl.lowest):
        message = f"gkectl {gkectl} on the workstation is too old to bring {move.name} to {move.after}"
        yield Finding(attempt.place, message, f"bring the workstation to {move.after} first")
    elif gkectl.minor > Minor.parse(now.gkectl.highest):
        message = f"gkectl {gkectl} on the workstation is too new for {move.name} on {move.before}"
        yield Finding(attempt.place, message, f"use gkectl {now.gkectl.highest} at the most")


@attempt_rules.rule(
    "B66", "B3", "A33", "X4", title="a cluster has nothing that the next version no longer runs", source=pages.MIGRATE
)
def nothing_in_the_way(attempt: Attempt) -> Iterator[Finding]:
    """Refuse an upgrade of a cluster with something that the target minor does not run."""
    move, release = attempt.move, attempt.release
    if release is None or move.act not in _CONTROL_PLANES:
        return
    user, admin = attempt.user, attempt.before.admins.get(move.name)
    cluster = user or admin
    for feature in sorted(cluster.features & frozenset(release.blockers)) if cluster is not None else ():
        message = f"{move.name} has {WORDS[feature]}, which {move.after.minor} no longer runs"
        yield Finding(attempt.place, message, CLEARED[feature])


@attempt_rules.rule(
    "B65", "B64", "A65", "A66", "B20", title="gkectl alone does what the API can not", source=pages.TOOLS
)
def the_api_is_not_asked(attempt: Attempt) -> Iterator[Finding]:
    """Refuse a `pulumi up` for an admin cluster, a conversion, a kubeception cluster or a migration."""
    move, user = attempt.move, attempt.user
    if move.way is not Way.PULUMI:
        return
    if move.act is Act.PLATFORM:
        return
    if move.act is Act.ADMIN:
        reason, rule = f"only gkectl upgrades an admin cluster, and {move.name} is one", "A66"
    elif move.act in {Act.MIGRATION, Act.WORKSTATION}:
        reason, rule = f"the API has no {move.act} of {move.name}", "B65"
    elif move.converts or (attempt.release is not None and attempt.release.advanced_only):
        reason, rule = f"no client of the API manages advanced clusters, which {move.after.minor} consists of", "B65"
    elif user is not None and not user.api:
        reason, rule = f"{user.name} is gkectl's cluster, not this program's", "B20"
    else:
        return
    yield Finding(attempt.place, reason, "do this step with gkectl from the workstation", rule=rule)


@attempt_rules.rule("B64", title="a conversion takes control plane and pools together", source=pages.ADVANCED)
def conversion_is_whole(attempt: Attempt) -> Iterator[Finding]:
    """Refuse to convert a user cluster whose pools trail it, or its control plane alone."""
    move, user = attempt.move, attempt.user
    if user is None or not move.converts:
        return
    if move.act is not Act.USER or user.apart:
        message = (
            f"{user.name} converts to an advanced cluster whole: its control plane and its pools, from one version"
        )
        yield Finding(attempt.place, message, f"bring every pool to {user.version} first")
    admin = attempt.before.admins.get(user.admin)
    if admin is not None and not admin.advanced:
        message = f"{user.name} can not become advanced before its admin cluster {admin.name}"
        yield Finding(attempt.place, message, "convert the admin cluster first", rule="B3")


@attempt_rules.rule("A65", title="the platform holds what a user cluster goes to", source=pages.UPGRADE)
def platform_holds(attempt: Attempt) -> Iterator[Finding]:
    """Refuse to upgrade a user cluster through the API to what its admin cluster's platform does not hold."""
    move, user = attempt.move, attempt.user
    admin = attempt.before.admins.get(user.admin) if user is not None else None
    if admin is not None and move.way is Way.PULUMI and admin.holds < move.after:
        message = f"{move.name} would go to {move.after}, and the platform of {admin.name} holds {admin.holds}"
        yield Finding(attempt.place, message, f"bring the platform to {move.after} first")


@attempt_rules.rule("A3", title="the workstation's disk holds the new gkectl", source=pages.UPGRADE)
def workstation_disk(attempt: Attempt) -> Iterator[Finding]:
    """Refuse to bring a workstation with a small disk to 1.28 or later."""
    workstation = attempt.env.onprem.workstation
    if attempt.move.act is Act.WORKSTATION and workstation.disk_gib < DISK_GIB:
        message = f"the workstation's disk has {workstation.disk_gib} GiB; gkectl 1.28 and later ask for {DISK_GIB}"
        yield Finding(workstation.at("disk_gib"), message, f"set disk_gib to {DISK_GIB} and make the disk larger first")


@attempt_rules.rule("B40", title="a rolling upgrade has addresses to spare", source=pages.NODE_ADDRESSES)
def spare_addresses(attempt: Attempt) -> Iterator[Finding]:
    """Refuse without one spare worker address; warn where there are fewer than pools that upgrade side by side."""
    if attempt.move.act not in {Act.USER, Act.POOLS}:
        return
    for cluster in attempt.env.onprem.user_clusters:
        spare = spare_workers(cluster)
        if cluster.name != attempt.move.name or spare is None:
            continue
        pools = len(cluster.node_pools)
        if spare < 1:
            message = f"{cluster.name} has no worker address to spare: the first new node would wait for ever"
            yield Finding(cluster.at("worker_addresses"), message, "add an address for each pool to worker_addresses")
        elif spare < pools:
            message = f"{cluster.name} has {spare} spare worker addresses for {pools} pools, which upgrade side by side"
            remedy = f"add {pools - spare} to worker_addresses, or expect pools to wait for each other"
            yield Finding(cluster.at("worker_addresses"), message, remedy, Severity.WARNING)


def spare_workers(cluster: UserCluster) -> int | None:
    """Return how many worker addresses are left with every pool at its maximum; None where DHCP gives them."""
    if cluster.ip_mode is IpMode.DHCP:
        return None
    return sum(len(block) for block in cluster.worker_addresses) - sum(pool.nodes.max for pool in cluster.node_pools)


@attempt_rules.rule("B72", title="a step goes to a version that the catalogue knows", source=pages.VERSION_HISTORY)
def known_version(attempt: Attempt) -> Iterator[Finding]:
    """Refuse an unknown minor; warn of an unknown patch, and of a minor whose support has ended."""
    move, release = attempt.move, attempt.release
    if release is None:
        message = f"minor {move.after.minor} is not in the catalogue"
        yield Finding(attempt.place, message, "read up on it and add it to stacks/versions.yaml")
    elif move.after > move.before and str(move.after) not in release.patches:
        message = f"the catalogue does not know patch {move.after}"
        yield Finding(attempt.place, message, "add it to stacks/versions.yaml once it is released", Severity.WARNING)


@attempt_rules.rule("B73", "X1", title="earlier rings have been there first", source=pages.ROLLOUT)
def ring_order(attempt: Attempt) -> Iterator[Finding]:
    """Refuse a version that an earlier ring has not reached."""
    move = attempt.move
    if move.act not in _CONTROL_PLANES or move.after == move.before:
        return
    behind: list[str] = []
    for name, there in attempt.earlier.items():
        same = there.admins if move.act is Act.ADMIN else there.users
        newest = max((each.version for each in same.values()), default=None)
        if newest is not None and newest < move.after:
            behind.append(f"{name} on {newest}")
    if behind:
        message = f"{move.name} would be on {move.after}, ahead of {' and '.join(behind)}"
        yield Finding(attempt.place, message, "bring the earlier environments there first, and let them prove it")


@attempt_rules.rule(
    "B70", "B67", "B69", "B71", title="a step names what is looked at before it", source=pages.UPGRADE_PRACTICE
)
def looked_at_before(attempt: Attempt) -> Iterator[Finding]:
    """Refuse a step without a backup, the checks of an upgrade, or the NetworkPolicies where 1.31 is entered."""
    move = attempt.move
    wanted = {"B70": "a fresh backup"} if move.act not in {Act.WORKSTATION, Act.PLATFORM} else {}
    if move.act in _CONTROL_PLANES:
        wanted |= {"B69": "the API for metadata", "B71": "the preflight checks"}
        if move.act is not Act.ADMIN and move.before.minor < ADMIN_FIRST <= move.after.minor:
            wanted["B67"] = "saving and deleting the NetworkPolicies"
    named = {command.rule for command in commands(attempt.env, attempt.before, move).before}
    for rule, what in wanted.items():
        if rule not in named:
            message = f"the step of {move.name} to {move.after} does not name {what}"
            yield Finding(attempt.place, message, "do not take it before that is done", rule=rule)
