"""Reading parts of a file's data that may not be there, for conditions over several fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from model.config.source import Data, KeyPath
from model.config.types import AddressRange
from model.config.violation import Violation


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a file and the keys that lead to it. What is not there holds None."""

    data: Data
    at: KeyPath = ()

    def get(self, path: str) -> Part:
        """Return the part at a path of keys, `network.ipMode.type`."""
        found, keys = self.data, list(self.at)
        for key in path.split("."):
            found = found.get(key) if isinstance(found, dict) else None
            keys.append(key)
        return Part(found, tuple(keys))

    def has(self, path: str) -> bool:
        """Say whether something stands at the path."""
        return self.get(path).data is not None

    def text(self, path: str = "") -> str | None:
        """Return the text at the path, None where there is none."""
        data = self.get(path).data if path else self.data
        return data if isinstance(data, str) else None

    def number(self, path: str) -> int | None:
        """Return the number at the path, None where there is none."""
        data = self.get(path).data
        return data if type(data) is int else None

    def is_(self, path: str, value: Data) -> bool:
        """Say whether exactly this value stands at the path."""
        data = self.get(path).data
        return data == value and type(data) is type(value)

    def items(self, path: str) -> Iterator[Part]:
        """Give the items of the list at the path; none where there is no list."""
        part = self.get(path)
        if isinstance(part.data, list):
            for number, item in enumerate(part.data):
                yield Part(item, (*part.at, number))

    def address(self, path: str = "") -> IPv4Address | None:
        """Return the address at the path, None where there is none."""
        try:
            return IPv4Address(self.text(path) or "")
        except ValueError:
            return None

    def range(self, path: str = "") -> AddressRange | None:
        """Return the addresses that a text names: `a-b`, a block, or one; None where it names none."""
        text = self.text(path)
        try:
            return AddressRange.parse(text.replace(" ", "")) if text is not None else None
        except Violation:
            return None

    def network(self, gateway: str = "gateway", netmask: str = "netmask") -> IPv4Network | None:
        """Return the subnet that a gateway and a mask describe, None where they describe none."""
        address, mask = self.address(gateway), self.text(netmask)
        try:
            return IPv4Network(f"{address}/{mask}", strict=False) if address is not None and mask else None
        except ValueError:
            return None
