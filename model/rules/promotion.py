"""How changes are promoted: rings that name every environment, windows that open, freezes that end."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from model.config.problems import Severity
from model.config.promotion import Promotion, Ring
from model.estate import Estate
from model.planning.promotion.times import freeze_on
from model.planning.versions import Version, support
from model.rules import pages
from model.rules.registries import estate_rules
from model.rules.registry import Finding, suggest
from model.rules.repeats import readable


@estate_rules.rule("X1", title="promotion has every environment in its ring", source=pages.ROLLOUT)
def rings_agree(estate: Estate) -> Iterator[Finding]:
    """Refuse rings that lack an environment, name one twice or not as its stack file does, or one that is not there."""
    promotion = estate.organisation.promotion
    if promotion is None:
        return
    seen: dict[str, int] = {}
    for number, ring in enumerate(promotion.rings):
        for index, name in enumerate(ring.environments):
            place = ring.at("environments", index)
            if name not in estate.environments:
                message = f"ring {number} names '{name}', and there is no stack file of it"
                yield Finding(place, message, suggest(name, list(estate.environments)))
            elif name in seen:
                message = (
                    f"{name} is in ring {seen[name]} and in ring {number}: where it stands would be anybody's guess"
                )
                yield Finding(place, message, "name it once")
            seen.setdefault(name, number)
    for env, rank in readable(estate, lambda env: env.facts.ring):
        if env.name not in seen:
            message = f"{env.name} is in no ring of promotion, so nothing would wait before it goes there"
            yield Finding(promotion.at("rings"), message, f"name it in ring {rank}, as its stack file says")
        elif seen[env.name] != rank:
            message = f"{env.name} says ring {rank}, and promotion in organisation.yaml has it in ring {seen[env.name]}"
            yield Finding(env.facts.at("ring"), message, "state one ring in both")


@estate_rules.rule("X2", title="change windows open and freezes end", source=pages.ROLLOUT)
def times_make_sense(estate: Estate) -> Iterator[Finding]:
    """Refuse a window that never opens or is in no time zone, and a freeze that ends before it begins."""
    promotion = estate.organisation.promotion
    for ring in promotion.rings if promotion is not None else ():
        yield from _window(ring)
        for name, freeze in ring.freezes.items():
            if freeze.last_day < freeze.first_day:
                message = (
                    f"freeze '{name}' ends on {freeze.last_day}, before it begins on {freeze.first_day}: it is none"
                )
                yield Finding(freeze.at("last_day"), message, "put the days in order; the last one is included")


def _window(ring: Ring) -> Iterator[Finding]:
    window = ring.window
    if window is None:
        return
    if not window.days:
        message = f"the window of {' and '.join(ring.environments)} opens on no day, so nothing could ever go there"
        yield Finding(window.at("days"), message, "name the days, such as [TU, WE]")
    if window.closes <= window.opens:
        message = f"the window closes at {window.closes} and opens at {window.opens}: it is of one day, and never open"
        yield Finding(window.at("closes"), message, "let it close later on the same day")
    try:
        ZoneInfo(window.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        message = f"'{window.time_zone}' is no time zone, so nobody knows when the window opens"
        yield Finding(window.at("time_zone"), message, "name one of the tz database, such as Europe/Oslo")


@estate_rules.rule("X2", title="holds and reviewers are of what is there", source=pages.ROLLOUT)
def holds_and_reviewers(estate: Estate) -> Iterator[Finding]:
    """Refuse a hold of an unknown environment and reviewers of an unknown group; warn of a hold that has run out."""
    promotion = estate.organisation.promotion
    if promotion is None:
        return
    yield from _holds(promotion, estate)
    for ring in promotion.rings:
        group = ring.reviewers.group if ring.reviewers else None
        if ring.reviewers is not None and group not in estate.organisation.groups:
            message = f"reviewers come from {group}, which is no group of the organisation: nobody could approve"
            remedy = suggest(str(group), list(estate.organisation.groups))
            yield Finding(ring.reviewers.at("group"), message, remedy)


def _holds(promotion: Promotion, estate: Estate) -> Iterator[Finding]:
    for name, hold in promotion.holds.items():
        if name not in estate.environments:
            message = f"a hold is on '{name}', and there is no stack file of it: nothing is held"
            yield Finding(promotion.at("holds"), message, suggest(name, list(estate.environments)))
        elif hold.until < estate.today:
            message = f"the hold on {name} ran out on {hold.until}, so it holds nothing any more"
            yield Finding(hold.at("until"), message, "take it away, or renew it", Severity.WARNING)


@estate_rules.rule(
    "X2", "B72", title="no version loses support in a freeze", source=pages.ROLLOUT, severity=Severity.WARNING
)
def support_in_freeze(estate: Estate) -> Iterator[Finding]:
    """Warn of a version whose support ends on a day on which the environment may not be changed."""
    promotion = estate.organisation.promotion
    if promotion is None:
        return
    for env, clusters in readable(estate, lambda env: (*env.onprem.admin_clusters, *env.onprem.user_clusters)):
        ring = promotion.ring_of(env.name)
        for cluster in clusters if ring is not None else ():
            known = support(Version.parse(cluster.version).minor, env.catalogue, estate.today)
            frozen = freeze_on(ring, known.release.supported_until) if ring and known and not known.ended else None
            if known is not None and frozen is not None:
                name, freeze = frozen
                message = (
                    f"support of {known.minor}, which {cluster.name} of {env.name} is on, ends on "
                    f"{known.release.supported_until}, in the freeze '{name}': nobody upgrades it then"
                )
                yield Finding(cluster.at("version"), message, f"upgrade before {freeze.first_day}")


@estate_rules.rule("X2", title="several rings say how they wait", source=pages.ROLLOUT, severity=Severity.WARNING)
def promotion_stated(estate: Estate) -> Iterator[Finding]:
    """Warn where environments are in several rings and nothing says how long one waits for another, and when."""
    rings = {rank for _, rank in readable(estate, lambda env: env.facts.ring)}
    if estate.organisation.promotion is None and len(rings) > 1:
        message = f"{len(rings)} rings, and nothing says how long one has to run a change before the next gets it"
        remedy = "state promotion in organisation.yaml, docs/promotion.md"
        yield Finding(estate.organisation.at("name"), message, remedy)
