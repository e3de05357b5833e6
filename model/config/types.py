"""The scalar types that stack files use: what may stand in one place, and how it reads in an error."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema

from model.config.shape import Violation


@dataclass(frozen=True, slots=True, order=True)
class AddressRange:
    """A run of IPv4 addresses, both ends included: `10.0.0.5-10.0.0.9`, `10.0.0.0/28` or `10.0.0.7`."""

    first: IPv4Address
    last: IPv4Address

    def __contains__(self, address: object) -> bool:
        """Say whether an address lies in the range."""
        return isinstance(address, IPv4Address) and self.first <= address <= self.last

    def __iter__(self) -> Iterator[IPv4Address]:
        """Give every address of the range in order."""
        return (IPv4Address(number) for number in range(int(self.first), int(self.last) + 1))

    def __len__(self) -> int:
        """Count the addresses."""
        return int(self.last) - int(self.first) + 1

    def __str__(self) -> str:
        """Write the range as a network engineer would: a single address, or both ends."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    def overlaps(self, other: AddressRange) -> bool:
        """Say whether the two ranges share an address."""
        return self.first <= other.last and other.first <= self.last

    def inside(self, network: IPv4Network) -> bool:
        """Say whether the whole range lies in `network`."""
        return self.first in network and self.last in network

    def networks(self) -> list[IPv4Network]:
        """Return the CIDR blocks that cover the range exactly, in order."""
        return list(ipaddress.summarize_address_range(self.first, self.last))

    @classmethod
    def of(cls, block: IPv4Network | IPv4Address) -> AddressRange:
        """Return the range that a network or a single address is."""
        if isinstance(block, IPv4Network):
            return cls(block.network_address, block.broadcast_address)
        return cls(block, block)

    @classmethod
    def parse(cls, text: object) -> AddressRange:
        """Read a range; raises `Violation` with the three accepted forms when it is none of them."""
        if isinstance(text, AddressRange):
            return text
        forms = "write a range 10.0.0.5-10.0.0.9, a block 10.0.0.0/28, or one address"
        if not isinstance(text, str):
            raise Violation(message=f"{text!r} is not an address range", remedy=forms)
        try:
            if "-" in text:
                first, last = (IPv4Address(part.strip()) for part in text.split("-", 1))
            elif "/" in text:
                return cls.of(IPv4Network(text))
            else:
                first = last = IPv4Address(text)
        except ValueError as error:
            raise Violation(message=f"{text!r} is not an address range: {error}", remedy=forms) from None
        if last < first:
            raise Violation(message=f"{text!r} ends before it begins", remedy="put the lower address first")
        return cls(first, last)


Range: TypeAlias = Annotated[
    AddressRange,
    BeforeValidator(AddressRange.parse),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^(\d{1,3}\.){3}\d{1,3}(/\d{1,2}|-(\d{1,3}\.){3}\d{1,3})?$",
            "description": "An address range: 10.0.0.5-10.0.0.9, 10.0.0.0/28 or 10.0.0.7",
        }
    ),
]


Label: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]([-a-z0-9]*[a-z0-9])?$", max_length=63),
    Field(json_schema_extra={"meaning": "lower-case letters, digits and hyphens, beginning with a letter"}),
]
"""A name in the cloud's common form (RFC 1035)."""

ProjectId: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][-a-z0-9]{4,28}[a-z0-9]$"),
    Field(json_schema_extra={"meaning": "a Google Cloud project id: 6 to 30 lower-case letters, digits and hyphens"}),
]
"""A Google Cloud project id."""

ProjectNumber: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{6,19}$"),
    Field(json_schema_extra={"meaning": 'a Google Cloud project number, written in quotes: "410000000101"'}),
]
"""A Google Cloud project number, as text because it is an identifier."""

Email: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][-a-z0-9._]*@[a-z0-9][-a-z0-9.]*[a-z0-9]$"),
    Field(json_schema_extra={"meaning": "an e-mail address in lower case"}),
]
"""An e-mail address: a group, a service account or a mailbox."""

Role: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^(roles/[a-zA-Z0-9.]+|(projects|organizations)/[-a-z0-9]+/roles/[a-zA-Z0-9_.]+)$"),
    Field(json_schema_extra={"meaning": "an IAM role: roles/gkehub.viewer, or projects/<project>/roles/<custom role>"}),
]
"""An IAM role."""

SecretReference: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^sm://[a-z][-a-z0-9]{4,28}[a-z0-9]/[-_A-Za-z0-9]{1,255}$"),
    Field(
        json_schema_extra={
            "meaning": "a reference to a secret, sm://<project>/<secret>; never the secret itself",
            # What was pasted here by mistake is not printed.
            "secret": True,
        }
    ),
]
"""Where a secret is kept in Secret Manager: `sm://<project>/<secret>`, meaning its latest version."""

OnPremVersion: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+-gke\.[0-9]+$"),
    Field(json_schema_extra={"meaning": "an on-prem version such as 1.32.200-gke.27 (B2)"}),
]
"""A version of the on-prem software (B2)."""

VsphereVersion: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]+\.[0-9]+( U[0-9]+[a-z]?)?$"),
    Field(json_schema_extra={"meaning": "a vSphere version such as 8.0 U2 (A90)"}),
]
"""A version of vSphere: its release and, where there is one, its update (A90)."""

MinorVersion: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]+\.[0-9]+$"),
    Field(json_schema_extra={"meaning": 'a minor version in quotes, such as "1.32"'}),
]
"""A Kubernetes minor version."""

Region: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]+-[a-z]+[0-9]+$"),
    Field(json_schema_extra={"meaning": "a Google Cloud region such as europe-north1"}),
]
"""A Google Cloud region."""

HostName: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", max_length=253),
    Field(json_schema_extra={"meaning": "a DNS name in lower case"}),
]
"""A DNS name."""

Repository: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[-A-Za-z0-9]+/[-._A-Za-z0-9]+$"),
    Field(json_schema_extra={"meaning": "a repository as <owner>/<name>"}),
]
"""A source repository."""
