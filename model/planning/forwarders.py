"""What the sites' name servers have to be given for the cloud: conditional forwarders, and zones to hold themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from model.estate import Environment
from model.planning.advertised import google_host
from model.planning.order_sheet import End, dns_entry_points

GOOGLE_ZONES: Final = ("gcr.io", "googleapis.com", "pkg.dev")
"""Zones of Google's that nodes need: APIs and image registries."""


@dataclass(frozen=True, slots=True)
class Forwarder:
    """A zone that the sites' name servers hand on, or hold themselves: with the records, or with where to ask."""

    zone: str
    ask: tuple[End, ...]
    """The conditional forwarder's servers; none where the name servers hold the zone."""
    records: tuple[str, ...] = ()
    """What they hold of it, in the form of a zone file."""


def forwarders(env: Environment) -> tuple[Forwarder, ...]:
    """Return what the sites' name servers have to be given, beside the records of the internal zone (D23).

    Google's names lead to the addresses that the VPN reaches, or every call of an on-prem node would go out over the
    internet: https://docs.cloud.google.com/vpc/docs/configure-private-google-access-hybrid.
    """
    inbound = env.network.dns.inbound
    asked = {str(zone) for zone in inbound.zones} if inbound is not None else set[str]()
    access = env.organisation.addresses.private_google_access
    held: list[Forwarder] = []
    for zone in sorted(set(GOOGLE_ZONES) - asked):
        host = google_host(access) if zone == "googleapis.com" else zone
        addresses = (f"{host}. A {address}" for address in access)
        held.append(Forwarder(zone, (), (*addresses, f"*.{zone}. CNAME {host}.")))
    return (*(Forwarder(zone, dns_entry_points(env)) for zone in sorted(asked)), *held)
