"""Google's names of algorithms (D7) in the languages of the makes.

strongSwan: https://docs.strongswan.org/docs/latest/config/proposals.html. IOS-XE: `crypto ikev2 proposal`. Junos:
`security ike proposal`, `security ipsec proposal`. FortiOS: `set proposal` of `config vpn ipsec phase1-interface`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from model.config.organisation import PhaseOne, PhaseTwo

_GCM: Final = "AES-GCM-16-"
_CBC: Final = "AES-CBC-"
_SWAN_GROUPS: Final = {
    14: "modp2048",
    15: "modp3072",
    16: "modp4096",
    17: "modp6144",
    18: "modp8192",
    19: "ecp256",
    20: "ecp384",
    21: "ecp521",
}


def authenticated(cipher: str) -> bool:
    """Say whether the cipher checks integrity itself."""
    return cipher.startswith(_GCM)


def bits(cipher: str) -> str:
    """Return the key length: `256` of `AES-GCM-16-256`."""
    return cipher.rpartition("-")[2]


def group(name: str) -> int:
    """Return the number of `Group-20`."""
    return int(name.removeprefix("Group-"))


def sha(name: str) -> str:
    """Return `384` of `PRF-HMAC-SHA2-384` and of `HMAC-SHA2-384-192`."""
    return name.partition("SHA2-")[2].partition("-")[0]


def strongswan_ike(phase: PhaseOne) -> str:
    """Return the proposals of phase 1, those that check integrity themselves in one of their own (RFC 7296, 3.3)."""
    prf = [f"prfsha{sha(each)}" for each in phase.prf]
    groups = [_SWAN_GROUPS[group(each)] for each in phase.dh]
    return _strongswan(phase.encryption, phase.integrity, [*prf, *groups])


def strongswan_esp(phase: PhaseTwo) -> str:
    """Return the proposals of phase 2; the groups are those of perfect forward secrecy."""
    return _strongswan(phase.encryption, phase.integrity, [_SWAN_GROUPS[group(each)] for each in phase.pfs])


def _strongswan(encryption: Sequence[str], integrity: Sequence[str], rest: Sequence[str]) -> str:
    gcm = [f"aes{bits(each)}gcm16" for each in encryption if authenticated(each)]
    cbc = [f"aes{bits(each)}" for each in encryption if not authenticated(each)]
    checks = [f"sha{sha(each)}" for each in integrity]
    proposals = ["-".join([*gcm, *rest])] if gcm else []
    proposals += ["-".join([*cbc, *checks, *rest])] if cbc else []
    return ", ".join(proposals)


def ios_encryption(cipher: str) -> str:
    """Return the word of `crypto ikev2 proposal`."""
    return f"aes-{'gcm' if authenticated(cipher) else 'cbc'}-{bits(cipher)}"


def ios_transform(cipher: str, integrity: str | None) -> str:
    """Return the words of `crypto ipsec transform-set`."""
    if authenticated(cipher):
        return f"esp-gcm {bits(cipher)}"
    return f"esp-aes {bits(cipher)} esp-sha{sha(integrity or '')}-hmac"


def junos_encryption(cipher: str) -> str:
    """Return the word of `encryption-algorithm`."""
    return f"aes-{bits(cipher)}-{'gcm' if authenticated(cipher) else 'cbc'}"


def fortios_ike(phase: PhaseOne) -> str:
    """Return the words of `set proposal` of phase 1; an authenticated cipher names its pseudo-random function."""
    words = [f"aes{bits(each)}gcm-prfsha{sha(prf)}" for each in _gcm(phase.encryption) for prf in phase.prf]
    words += [f"aes{bits(each)}-sha{sha(check)}" for each in _cbc(phase.encryption) for check in phase.integrity]
    return " ".join(words)


def fortios_esp(phase: PhaseTwo) -> str:
    """Return the words of `set proposal` of phase 2."""
    words = [f"aes{bits(each)}gcm" for each in _gcm(phase.encryption)]
    words += [f"aes{bits(each)}-sha{sha(check)}" for each in _cbc(phase.encryption) for check in phase.integrity]
    return " ".join(words)


def _gcm(ciphers: Sequence[str]) -> list[str]:
    return [each for each in ciphers if authenticated(each)]


def _cbc(ciphers: Sequence[str]) -> list[str]:
    return [each for each in ciphers if not authenticated(each)]
