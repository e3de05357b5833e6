"""What all VPNs of the organisation have in common: IKE, ciphers and timers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.organisation import Cipher, PhaseOne, PhaseTwo
from model.estate import Environment, Estate
from model.rules import pages
from model.rules.registries import environment_rules, estate_rules
from model.rules.registry import Finding

AUTHENTICATED: Final = ("AES-GCM-16-128", "AES-GCM-16-192", "AES-GCM-16-256")
"""Ciphers that check integrity themselves."""
_CBC: Final = ("AES-CBC-128", "AES-CBC-192", "AES-CBC-256")
_INTEGRITY: Final = ("HMAC-SHA2-256-128", "HMAC-SHA2-384-192", "HMAC-SHA2-512-256")
_PRF: Final = ("PRF-HMAC-SHA2-256", "PRF-HMAC-SHA2-384", "PRF-HMAC-SHA2-512")
_GROUPS: Final = tuple(f"Group-{number}" for number in range(14, 22))
"""From 2048 bits upwards, and the elliptic curves."""

ALLOWED: Final = {
    "encryption": (*AUTHENTICATED, *_CBC),
    "integrity": _INTEGRITY,
    "prf": _PRF,
    "dh": _GROUPS,
    "pfs": _GROUPS,
}
"""What a tunnel may negotiate, by field. Left out on purpose: SHA-1, MD5, 3DES, AES-XCBC, groups below 14."""


@estate_rules.rule("D6", title="IKEv2 only", source=pages.VPN_TUNNEL)
def ike_version(estate: Estate) -> Iterator[Finding]:
    """Refuse IKEv1, which has no cipher suites and drops tunnels on every rekey."""
    vpn = estate.organisation.vpn
    if vpn.ike_version != 2:
        yield Finding(vpn.at("ike_version"), f"IKE version {vpn.ike_version}: cipher suites need IKEv2", "use 2")


@estate_rules.rule("D7", title="strong ciphers in a working order", source=pages.VPN_CIPHERS)
def ciphers(estate: Estate) -> Iterator[Finding]:
    """Refuse unknown and weak algorithms, empty lists, and a cipher without integrity that has none beside it."""
    yield from _suite(estate.organisation.vpn.cipher)


@environment_rules.rule("D7", title="a tunnel's own ciphers are as strong", source=pages.VPN_CIPHERS)
def own_ciphers(env: Environment) -> Iterator[Finding]:
    """Refuse the same of a suite that one tunnel has for itself."""
    for link in env.vpn.links.values():
        if link.cipher is not None:
            yield from _suite(link.cipher)


def _suite(cipher: Cipher) -> Iterator[Finding]:
    yield from _phase(cipher.phase1, ("encryption", "integrity", "prf", "dh"))
    yield from _phase(cipher.phase2, ("encryption", "integrity", "pfs"))


def _phase(phase: PhaseOne | PhaseTwo, fields: tuple[str, ...]) -> Iterator[Finding]:
    for field in fields:
        values: tuple[str, ...] = getattr(phase, field)
        if not values and field != "integrity":
            yield Finding(phase.at(field), f"{field} is empty", f"name at least one of {', '.join(ALLOWED[field])}")
        for position, value in enumerate(values):
            if value not in ALLOWED[field]:
                message = f"{value} is weak, or no value of {field} that Cloud VPN knows"
                yield Finding(phase.at(field, position), message, f"use one of {', '.join(ALLOWED[field])}")
    plain = [number for number, value in enumerate(phase.encryption) if value not in AUTHENTICATED]
    if plain and not phase.integrity:
        message = f"{phase.encryption[plain[0]]} does not check integrity, and no integrity algorithm is named"
        yield Finding(phase.at("encryption", plain[0]), message, f"use {AUTHENTICATED[-1]}, or name one")
    if plain and any(value in AUTHENTICATED for value in phase.encryption[plain[0] :]):
        message = "a cipher that checks integrity stands behind one that does not, which would be chosen first"
        yield Finding(phase.at("encryption"), message, f"put {AUTHENTICATED[-1]} first")


@estate_rules.rule("D14", title="the keepalive is in range", source=pages.ROUTER_KEEPALIVE)
def keepalive(estate: Estate) -> Iterator[Finding]:
    """Refuse a keepalive interval outside 20 to 60 seconds."""
    vpn = estate.organisation.vpn
    if not 20 <= vpn.keepalive_seconds <= 60:
        message = f"a keepalive of {vpn.keepalive_seconds} seconds: a Cloud Router takes 20 to 60"
        yield Finding(vpn.at("keepalive_seconds"), message, "use 20, which notices a lost tunnel soonest")
