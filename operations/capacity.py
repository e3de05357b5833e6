"""`./hybrid capacity`: what each environment's virtual machines need of the site, and what the site has."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from operations.console import FINE, FOUND, MISUSED, note, say, say_json
from operations.project import ROOT

if TYPE_CHECKING:
    from model.estate import Environment
    from model.planning.capacity import Capacity, Line

EXAMPLE = """\
examples:
  ./hybrid capacity             every environment
  ./hybrid capacity prod        one of them
  ./hybrid capacity --json      {"prod": {"fits", "assumptions", "machines", "disks", "lines"}}
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "capacity",
        help="show what the on-prem clusters need of the site at their maximum",
        description="Adds up CPU, memory and storage of all virtual machines at their maximum, with one node more for "
        "each pool, and holds them against the hosts, the hosts with one lost, the resource pool and the datastores. "
        "Exit code 0: everything fits; 1: something does not; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environments", nargs="*", metavar="ENV", help="environments to show; all by default")
    parser.add_argument("--json", action="store_true", help="print the tables for a machine")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the tables; see `add_parser` for the exit codes."""
    from model.config.load import load
    from model.config.wording import suggest
    from model.planning.capacity import capacity
    from model.rules.registry import Unavailable

    estate = load(ROOT).estate
    if estate is None:
        note("./hybrid capacity: stacks/organisation.yaml could not be read; ./hybrid check says why")
        return FOUND
    for name in arguments.environments:
        if name not in estate.environments:
            note(f"./hybrid capacity: no environment '{name}'; {suggest(name, list(estate.environments))}")
            return MISUSED
    chosen = [estate.environments[name] for name in arguments.environments or estate.environments]
    try:
        tables = [(env, capacity(env)) for env in chosen]
    except Unavailable as reason:
        note(f"./hybrid capacity: {reason}; ./hybrid check says why")
        return FOUND
    if arguments.json:
        say_json({env.name: as_json(env, table) for env, table in tables})
    else:
        say("\n\n".join(text(env, table) for env, table in tables))
    return FOUND if any(line.tight for _, table in tables for line in table.lines) else FINE


def as_json(env: Environment, table: Capacity) -> dict[str, object]:
    """Return an environment's table as data; sizes in the units of the names, `have` and `free` null where unknown."""
    return {
        "fits": not any(line.tight for line in table.lines),
        "assumptions": env.onprem.vsphere.assumptions.model_dump(mode="json"),
        "vcpus": table.vcpus,
        "memory_gib": table.memory_gib,
        "machines": [asdict(each) for each in table.machines],
        "disks": [asdict(each) for each in table.disks],
        "lines": [{**asdict(line), "free": line.free, "tight": line.tight} for line in table.lines],
    }


def text(env: Environment, table: Capacity) -> str:
    """Return an environment's table for a person."""
    return "\n".join(_text(env, table))


def _text(env: Environment, table: Capacity) -> Iterator[str]:
    vsphere = env.onprem.vsphere
    size, assumed = vsphere.host_size, vsphere.assumptions
    yield (
        f"{env.name}: {vsphere.compute_cluster}, {len(vsphere.hosts)} hosts of {size.cores} cores and "
        f"{size.memory_gib} GiB, vSphere {vsphere.version}"
    )
    yield ""
    rows: list[tuple[str, ...]] = [("virtual machines", "number", "vCPU", "GiB", "disk GiB")]
    for each in table.machines:
        memory = each.count * each.memory_mib / 1024
        rows.append((each.what, *_cells(each.count, each.count * each.vcpus, memory, each.count * each.disk_gib)))
    rows += [(disk.what, "", "", "", *_cells(disk.gib)) for disk in table.disks]
    disks = sum(each.count * each.disk_gib for each in table.machines) + sum(disk.gib for disk in table.disks)
    number = sum(each.count for each in table.machines)
    rows.append(("together", *_cells(number, table.vcpus, table.memory_gib, disks)))
    yield from _aligned(rows)
    yield ""
    rows = [("what", "where", "need", "have", "free", "")]
    rows += [_row(line) for line in table.lines]
    yield from _aligned(rows, left=2)
    yield ""
    yield "  Pools at their maximum, with one more node each for an upgrade; each VM has a swap file beside its disks."
    yield (
        f"  Assumed: {assumed.vcpus_per_core:g} vCPU to a core, {assumed.host_memory_percent} % of a host's memory for "
        f"itself, {assumed.storage_headroom_percent} % of a datastore kept free."
    )


def _row(line: Line) -> tuple[str, ...]:
    have, free = ("not stated", "") if line.have is None or line.free is None else _cells(line.have, line.free)
    return (line.resource.value, line.place, *_cells(line.need), have, free, "too little" if line.tight else "")


def _cells(*numbers: float) -> tuple[str, ...]:
    return tuple(str(round(number)) for number in numbers)


def _aligned(rows: Sequence[tuple[str, ...]], left: int = 1) -> Iterable[str]:
    """Return rows as columns, the first `left` of them to the left and the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield f"  {'  '.join(cells)}".rstrip()
