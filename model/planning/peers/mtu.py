"""How large a packet fits through a tunnel (D18).

Cloud VPN's gateways have an MTU of 1460 octets for what travels between them
(https://docs.cloud.google.com/network-connectivity/docs/vpn/concepts/mtu-considerations). ESP in tunnel mode (RFC 4303)
takes from it an IP header, its own header, an initialisation vector, padding to the cipher's block with two octets of
trailer, and the check value.
"""

from __future__ import annotations

from typing import Final

from model.config.organisation import PhaseTwo

GATEWAY_MTU: Final = 1460
_IP: Final = 20
_ESP: Final = 8
_TRAILER: Final = 2
_GCM: Final = (8, 4, 16)
"""Initialisation vector, alignment and check value of AES-GCM with 16 octets of check value (RFC 4106)."""
_CBC: Final = (16, 16)
"""Initialisation vector and block of AES-CBC (RFC 3602)."""
_CHECK: Final = {"HMAC-SHA2-256-128": 16, "HMAC-SHA2-384-192": 24, "HMAC-SHA2-512-256": 32}
"""Octets of the check value (RFC 4868)."""


def payload_mtu(phase: PhaseTwo) -> int:
    """Return the largest packet that fits whichever of the ciphers of `phase` both ends agree on."""
    return min(_fits(*form) for form in _forms(phase))


def _forms(phase: PhaseTwo) -> list[tuple[int, int, int]]:
    forms: list[tuple[int, int, int]] = []
    for cipher in phase.encryption:
        if cipher.startswith("AES-GCM-16-"):
            forms.append(_GCM)
        else:
            forms += [(*_CBC, _CHECK[each]) for each in phase.integrity]
    return forms


def _fits(vector: int, block: int, check: int) -> int:
    room = GATEWAY_MTU - _IP - _ESP - vector - check
    return room // block * block - _TRAILER
