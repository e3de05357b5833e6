"""The formats that the providers enforce before they call their API, each under the name the constraints use.

A check takes the text and returns what is wrong with it, or None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from ipaddress import IPv4Network, ip_address, ip_network
from typing import Final

Check = Callable[[str], str | None]


def _matches(pattern: str, remark: str = "") -> Check:
    compiled = re.compile(pattern)

    def check(text: str) -> str | None:
        if compiled.search(text):
            return None
        return f"{remark or 'value'} ({text!r}) doesn't match regexp {pattern!r}"

    return check


def _cidr(text: str) -> str | None:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return f"{text!r} is not a valid CIDR: invalid CIDR address: {text}"
    return None if "/" in text else f"invalid CIDR address: {text}"


def _address(text: str) -> str | None:
    try:
        ip_address(text)
    except ValueError:
        return f"expected a valid IP address, got: {text}"
    return None


def _rfc3339(text: str) -> str | None:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return f"{text!r} is not a valid RFC3339 time"
    return None if "T" in text else f"{text!r} is not a valid RFC3339 time"


def _hour_minute(text: str) -> str | None:
    found = re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text)
    return None if found else f"{text!r} is not a time of the form HH:MM"


def _blank(text: str) -> str | None:
    return "expected a value that is not an empty string" if not text else None


def _vmdk(text: str) -> str | None:
    return None if text.endswith(".vmdk") else f"vmdk_path must end with '.vmdk', got {text!r}"


def _duration(text: str) -> str | None:
    found = re.fullmatch(r"[-+]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+|0", text)
    return None if found else f"expected a duration, but parsing gave an error: time: invalid duration {text!r}"


def _json(text: str) -> str | None:
    try:
        json.loads(text)
    except ValueError as broken:
        return f"contains an invalid JSON: {broken}"
    return None


def _network(least: int, most: int) -> Check:
    """Return a check for a network address with a prefix length in the given bounds: no host bits."""

    def check(text: str) -> str | None:
        try:
            network = ip_network(text)
        except ValueError:
            return f"expected a valid network, got: {text}"
        if "/" not in text or not least <= network.prefixlen <= most:
            return f"expected a network with a prefix length from {least} to {most}, got: {text}"
        return None

    return check


def _or_blank(check: Check) -> Check:
    return lambda text: check(text) if text else None


def _rfc1918(text: str) -> str | None:
    wrong = _network(8, 32)(text)
    if wrong is None and not any(
        _inside(text, private) for private in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
    ):
        return f"expected an RFC1918-compliant CIDR, got: {text}"
    return wrong


def _inside(text: str, outer: str) -> bool:
    return IPv4Network(text).subnet_of(IPv4Network(outer)) if ":" not in text else False


def _gke_name(text: str) -> str | None:
    if len(text) > 40:
        return "cannot be longer than 40 characters"
    if not re.fullmatch(r"[a-z0-9-]+", text):
        return "can only contain lowercase letters, numbers and hyphens"
    if not text[0].isalpha():
        return "must start with a letter"
    return "must end with a number or a letter" if text.endswith("-") else None


def _iam_member(text: str) -> str | None:
    if text.startswith("deleted:"):
        return "IAM members for deleted principals are not supported"
    if re.search(r".+:.+|allUsers|allAuthenticatedUsers", text):
        return None
    return (
        "IAM members must have one of the values outlined here: "
        "https://cloud.google.com/billing/docs/reference/rest/v1/Policy#Binding"
    )


def _service_name(text: str) -> str | None:
    if text in _SERVICES_NOT_MANAGED:
        return f"expected the service to not match any of {sorted(_SERVICES_NOT_MANAGED)}, got {text}"
    return None if "." in text else f"expected {text} to be a domain like serviceusage.googleapis.com"


_SERVICES_NOT_MANAGED: Final = frozenset(
    {
        "bigquery-json.googleapis.com",
        "dataproc-control.googleapis.com",
        "source.googleapis.com",
        "stackdriverprovisioning.googleapis.com",
    }
)


def _trailing_dot(text: str) -> str | None:
    return None if text.endswith(".") else f"{text!r} is not a valid record name: it must end with a dot"


def _workload_identity_id(text: str) -> str | None:
    if text.startswith("gcp-"):
        return f"{text!r} can not start with gcp-"
    return None if re.fullmatch(r"[0-9a-z-]{4,32}", text) else f"{text!r} must be 4 to 32 characters of [0-9a-z-]"


def _rotation_period(text: str) -> str | None:
    found = re.fullmatch(r"(\d+(?:\.\d{1,9})?)s", text)
    if not text or (found and float(found.group(1)) >= 86400):
        return None
    return f"rotation period must be a number of seconds, at least 86400, with an s at the end, got {text!r}"


def _vm_name(text: str) -> str | None:
    return None if 1 <= len(text) <= 80 else f"expected length of name to be in the range (1 - 80), got {text}"


def private_asn(number: float) -> str | None:
    """Say what is wrong with `number` as a Cloud Router's own ASN (RFC 6996, or Google's 16550 for Partner peering)."""
    if 64512 <= number <= 65534 or 4200000000 <= number <= 4294967294 or number == 16550:
        return None
    return (
        "expected a RFC6996-compliant Local ASN: must be either in the private ASN ranges: [64512..65534], "
        f"[4200000000..4294967294]; or be the value of [16550], got {number}"
    )


_PROJECT: Final = (
    r"(?:(?:[-a-z0-9]{1,63}\.)*(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?):)?"
    r"(?:[0-9]{1,19}|(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)|-)"
)

FORMATS: Final[Mapping[str, Check]] = {
    "cidr": _cidr,
    "cidr network": _network(0, 32),
    "cidr /28 or blank": _or_blank(_network(28, 28)),
    "rfc1918 or blank": _or_blank(_rfc1918),
    "ip": _address,
    "rfc3339": _rfc3339,
    "hh:mm": _hour_minute,
    "duration": _duration,
    "not blank": _blank,
    "json": _json,
    "vmdk": _vmdk,
    "vm name": _vm_name,
    "gke name": _gke_name,
    "iam member": _iam_member,
    "service name": _service_name,
    "service account link": _matches(
        rf"projects/{_PROJECT}/serviceAccounts/"
        rf"({_PROJECT}@[a-z]+.gserviceaccount.com$|[0-9]{{1,20}}-compute@developer.gserviceaccount.com"
        r"|[a-z](?:[-a-z0-9]{4,28}[a-z0-9])@[-a-z0-9\.]{1,63}\.iam\.gserviceaccount\.com$)"
    ),
    "trailing dot": _trailing_dot,
    "workload identity id": _workload_identity_id,
    "rotation period": _rotation_period,
    "rfc1035": _matches(r"^(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)$"),
    "rfc1035 two": _matches(r"^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])$"),
}
"""Formats of texts; a constraint that names none of them is a regular expression."""

NUMBER_FORMATS: Final[Mapping[str, Callable[[float], str | None]]] = {"private asn": private_asn}
"""Formats of numbers."""
