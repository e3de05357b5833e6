"""What every make's text has in common: the words at its head, and names that fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from model.planning.peers.plan import DevicePlan


def text(lines: Iterable[str]) -> str:
    """Return lines as a file."""
    return "".join(f"{line}\n" for line in lines)


def head(plan: DevicePlan, mark: str, *more: str) -> Iterator[str]:
    """Give the first lines of a file, each beginning with `mark`: whose it is, and what a person still puts in."""
    site = f" at {plan.site}" if plan.site else ""
    names = ", ".join(session.name for session in plan.sessions)
    yield f"{mark} {plan.device}{site}: VPN to {plan.environment}, {names}."
    yield f"{mark} Generated from the stack files by ./hybrid vpn peers {plan.environment}; change those, not this."
    yield f"{mark} What stands in angle brackets is for you to put in: keys, from where they are kept; addresses that"
    yield f"{mark} were not known yet."
    if plan.attachments:
        yield f"{mark} Google takes both ends of an attachment's session from its range. Compare when it is made:"
        yield f"{mark} gcloud compute interconnects attachments describe NAME --region {plan.region}"
        yield f"{mark} --format='value(cloudRouterIpAddress,customerRouterIpAddress)'"
    for line in more:
        yield f"{mark} {line}"


def name(plan: DevicePlan, link: str) -> str:
    """Return the name of something that belongs to one link: `VARDE-PROD-T0-IF0-FW-A`."""
    return f"{plan.label}-{link.upper()}"
