"""An organisation of many environments, written as stack files, and how long the commands take over it.

    python -m tests.scale [ENVIRONMENTS]

copies the project to a folder that is gone afterwards, gives it that many environments (200, with 2,600 ranges), runs
each command of `COMMANDS` there as a person does, and prints what it took.

Each environment is the sample's sandbox under a name, addresses and numbers of its own, and keeps every rule that the
sandbox keeps.
"""

from __future__ import annotations

import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

import yaml

from model.config.load import load
from model.planning.entries import RANGES
from model.planning.register import register
from tests.cli.running import checkout, run
from tests.model.cases import ORGANISATION, ROOT, SANDBOX
from tests.model.forms import Plain

Data: TypeAlias = dict[str, Any]

COMMANDS: Final = (("check",), ("network", "plan"), ("vpn", "prove"))
MOST: Final = 250
"""As many as the ranges kept for documentation have addresses for devices."""

_TEXT: Final = re.compile(r"\d+\.\d+\.\d+\.\d+(/\d+)?")
_ON_PREM: Final = IPv4Network("10.16.0.0/12")
_CLOUD: Final = IPv4Network("10.32.0.0/12")
_SHARED: Final = IPv4Network("10.20.240.0/20")
"""What the sites share, and so no environment's."""
_HOSTS: Final = IPv4Network("10.20.240.0/21")
_INSIDE: Final = IPv4Network("10.128.0.0/9")
"""Pods and services: an admin cluster has at least a /18 of pods, for which 100.64.0.0/10 is too small here."""
_LINKS: Final = IPv4Address("169.254.8.0")
_DUMPER: Final = yaml.CSafeDumper if yaml.__with_libyaml__ else yaml.SafeDumper


def _blocks(whole: IPv4Network) -> Iterator[IPv4Network]:
    return (each for each in whole.subnets(new_prefix=20) if not each.overlaps(_SHARED))


@dataclass(frozen=True)
class _Place:
    """Where one environment is: its number, and what the sandbox's addresses become."""

    number: int
    on_prem: IPv4Network
    cloud: IPv4Network

    @property
    def name(self) -> str:
        return f"e{self.number:03}"

    def _inside(self) -> Mapping[str, str]:
        """Return what the ranges inside the clusters become: the sandbox's are too large to be had so often."""
        base = int(_INSIDE.network_address) + self.number * 2**15
        sizes = (
            ("100.104.0.0/18", 18),
            ("100.64.0.0/16", 20),
            ("100.96.0.0/16", 20),
            ("100.65.0.0/20", 22),
            ("100.97.0.0/20", 22),
            ("100.105.0.0/24", 24),
        )
        found: dict[str, str] = {}
        for text, prefix in sizes:
            found[text] = f"{IPv4Address(base)}/{prefix}"
            base += 2 ** (32 - prefix)
        return found

    def address(self, found: re.Match[str]) -> str:
        text, slash, prefix = found.group().partition("/")
        inside = self._inside().get(found.group())
        if inside is not None:
            return inside
        old = IPv4Address(text)
        for whole, new in (
            (IPv4Network("10.20.0.0/20"), self.on_prem.network_address),
            (IPv4Network("10.40.0.0/20"), self.cloud.network_address),
            (IPv4Network("10.20.254.71/32"), _HOSTS.network_address + 8 * self.number + 1),
            (IPv4Network("10.20.254.72/32"), _HOSTS.network_address + 8 * self.number + 2),
            (IPv4Network("10.20.254.73/32"), _HOSTS.network_address + 8 * self.number + 3),
            (IPv4Network("169.254.10.0/29"), _LINKS + 8 * self.number),
            (IPv4Network("198.51.100.10/32"), IPv4Address("198.51.100.1") + self.number),
            (IPv4Network("203.0.113.10/32"), IPv4Address("203.0.113.1") + self.number),
        ):
            if old in whole:
                return f"{new + (int(old) - int(whole.network_address))}{slash}{prefix}"
        raise ValueError(f"{SANDBOX} has an address that has no place in another environment: {old}")

    def text(self, text: str) -> str:
        """Return a value of the sandbox as this environment has it."""
        return _TEXT.sub(self.address, text.replace("sandbox", self.name))


def _everywhere(data: object, change: Callable[[str], str]) -> Any:
    if isinstance(data, dict):
        entries = cast("Data", data)
        return {change(key): _everywhere(value, change) for key, value in entries.items()}
    if isinstance(data, list):
        return [_everywhere(each, change) for each in cast("list[object]", data)]
    return change(data) if isinstance(data, str) else data


def _read(file: str) -> Data:
    text = (ROOT / file).read_text(encoding="utf-8")
    return cast("Data", yaml.load(text, Loader=Plain))  # noqa: S506  a safe loader that reads dates as text


def stack_files(count: int) -> dict[str, str]:
    """Return the files of an organisation of `count` environments by their path; raises `ValueError` above `MOST`."""
    if not 1 <= count <= MOST:
        raise ValueError(f"between 1 and {MOST} environments, not {count}")
    places = [
        _Place(number, on_prem, cloud)
        for number, on_prem, cloud in zip(range(count), _blocks(_ON_PREM), _blocks(_CLOUD), strict=False)
    ]
    files = {f"stacks/Pulumi.{place.name}.yaml": _written(_environment(place)) for place in places}
    organisation = _read(ORGANISATION)
    organisation["promotion"]["rings"] = [{"environments": [place.name for place in places]}]
    # There are no teams: groups of product teams, which lie in others, would have no record.
    organisation["groups"] = {name: each for name, each in organisation["groups"].items() if "member_of" not in each}
    organisation["services"]["esxi_management"] = str(_HOSTS)
    space = organisation["addresses"]
    space |= {"on_prem": str(_ON_PREM), "cloud": str(_CLOUD), "cluster_internal": str(_INSIDE)}
    space["reserved"].append({"range": str(_HOSTS), "why": "ESXi management"})
    return {ORGANISATION: _written(organisation), **files}


def _environment(place: _Place) -> Data:
    config = cast("Data", _everywhere(_sandbox(), place.text))
    facts, onprem = config["hybrid:environment"], config["hybrid:onprem"]
    facts["folder"] = f"folders/91{place.number:010}"
    facts["projects"]["cluster"]["number"] = f"42{place.number:010}"
    facts["projects"]["network"]["number"] = f"43{place.number:010}"
    config["hybrid:vpn"]["asn"] = 64512 + place.number
    for number, each in enumerate(onprem["networks"].values()):
        each["vlan"] = 100 + 2 * place.number + number
    return {"secretsprovider": f"gcpkms://{facts['state']['key']}", "config": config}


@cache
def _sandbox() -> Data:
    config = cast("Data", _read(SANDBOX)["config"])
    network = config["hybrid:network"]
    # Google has picked none yet: there are not so many addresses for documentation.
    network["nat"]["egress"] = dict.fromkeys(network["nat"]["egress"])
    network["ingress"] = dict.fromkeys(network["ingress"])
    return config


def _written(data: Data) -> str:
    return yaml.dump(data, Dumper=_DUMPER, sort_keys=False, allow_unicode=True)


def lay_out(project: Path, count: int) -> None:
    """Give the project at `project` `count` environments in place of its own, and no teams."""
    for old in (*project.glob("stacks/Pulumi.*.yaml"), *project.glob("stacks/teams/*.yaml")):
        old.unlink()
    for file, text in stack_files(count).items():
        (project / file).write_text(text, encoding="utf-8")


def ranges(project: Path) -> int:
    """Return how many ranges that are routed or masked the files of a project hold."""
    estate = load(project).estate
    assert estate is not None
    return sum(1 for each in register(estate) if each.kind in RANGES)


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure; see the module."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as folder:
        project = checkout(Path(folder))
        lay_out(project, count)
        print(f"{count} environments, {ranges(project)} ranges")  # noqa: T201  what it is for
        for words in COMMANDS:
            began, used = time.perf_counter(), _processor_seconds()
            done = run(*words, project=project)
            wall, processor = time.perf_counter() - began, _processor_seconds() - used
            words_run = f"./hybrid {' '.join(words)}"
            print(f"{words_run:<22} {wall:5.1f} s, {processor:5.1f} s of a processor, exit code {done.code}")  # noqa: T201  what it is for


if __name__ == "__main__":
    main()
