"""`./hybrid vpn rotate`: a change of keys, ranges or a device's address that never takes both tunnels down."""

from __future__ import annotations

import argparse
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING, Any

from operations.console import FINE, FOUND, MISUSED, note, say, say_json
from operations.project import ROOT
from operations.vpn.loading import environments

if TYPE_CHECKING:
    from model.estate import Estate
    from model.planning.rotation import RotationPlan, Step

EXAMPLE = """\
examples:
  ./hybrid vpn rotate prod                                 a new key for each tunnel, one after the other
  ./hybrid vpn rotate prod --tunnel t0-if0-fw-a            of one tunnel
  ./hybrid vpn rotate dev --what ranges                    another /30 for each session
  ./hybrid vpn rotate dev --what peer --device fw-a --address 198.51.100.77
                                                           a device's public address changes
  ./hybrid vpn rotate dev --out steps                      the stack file as each step leaves it, to be put in place
                                                           one after the other
  ./hybrid vpn rotate dev --rehearse                       carry it out in the simulated clouds, step by step
  ./hybrid vpn rotate dev --json                           {"environment", "what", "holds", "steps": [...]}
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the subcommand."""
    parser = subparsers.add_parser(
        "rotate",
        help="change keys, BGP ranges or a device's address, one tunnel at a time",
        description="Gives the steps, each one edit and one `pulumi up`, with what is down meanwhile, what is left by "
        "the routing model, and what the other side does. Exit code 0: every step leaves a path and enough capacity; "
        "1: one does not, or a rehearsal was not as planned; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environment", metavar="ENV", help="the environment")
    parser.add_argument(
        "--what", choices=("keys", "md5", "ranges", "peer"), default="keys", help="what changes; keys if unsaid"
    )
    parser.add_argument("--tunnel", metavar="T", help="one tunnel only")
    parser.add_argument("--device", metavar="D", help="with --what peer: the device whose address changes")
    parser.add_argument("--address", metavar="A", help="with --what peer: its new public address")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write the stack file of each step there")
    parser.add_argument("--rehearse", action="store_true", help="carry it out in the simulated clouds")
    parser.add_argument("--fresh", action="store_true", help="do not begin from the world of ./hybrid rehearse")
    parser.add_argument("--json", action="store_true", help="print the result for a machine")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Plan, and rehearse if asked; see `add_parser` for the exit codes."""
    from model.planning.file_edits import FileEditError
    from model.planning.rotation import NoRotationError

    chosen = environments([arguments.environment], "rotate")
    if isinstance(chosen, int):
        return chosen
    estate = _estate()
    if isinstance(estate, int):
        return estate
    try:
        made = _planned(arguments, estate)
    except (NoRotationError, FileEditError) as error:
        note(f"./hybrid vpn rotate: {error}")
        return MISUSED
    if isinstance(made, int):
        return made
    if arguments.out is not None and made.holds:
        _write(made, arguments.out)
    if arguments.rehearse:
        return _rehearse(arguments, estate, made)
    if arguments.json:
        say_json(as_data(made))
    else:
        for line in lines(made):
            say(line)
    return FINE if made.holds else FOUND


def _write(made: RotationPlan, folder: Path) -> None:
    """Write the stack file as each step leaves it: `01-Pulumi.dev.yaml`."""
    folder.mkdir(parents=True, exist_ok=True)
    for step in made.steps:
        (folder / f"{step.number:02}-{Path(made.file).name}").write_text(step.text, encoding="utf-8")
    note(f"{len(made.steps)} files written to {folder}: each replaces {made.file} for one reviewed `pulumi up`")


def _estate() -> Estate | int:
    from model.config.load import load

    estate = load(ROOT).estate
    if estate is None:
        note("stacks/organisation.yaml could not be read: ./hybrid check says what is wrong in it")
        return FOUND
    return estate


def _planned(arguments: argparse.Namespace, estate: Estate) -> RotationPlan | int:
    from model.planning.rotation import Move, What, plan

    move = None
    if arguments.device is not None or arguments.address is not None:
        if arguments.what != "peer" or arguments.device is None or arguments.address is None:
            note("./hybrid vpn rotate: --device and --address go together, with --what peer")
            return MISUSED
        try:
            move = Move(arguments.device, IPv4Address(arguments.address))
        except AddressValueError as error:
            note(f"./hybrid vpn rotate: --address: {error}")
            return MISUSED
    return plan(ROOT, estate, arguments.environment, What(arguments.what), tunnel=arguments.tunnel, move=move)


def _rehearse(arguments: argparse.Namespace, estate: Estate, made: RotationPlan) -> int:
    from operations.rehearse.session import folder
    from operations.vpn.rehearsed import rehearse_rotation
    from rehearsal.engine.acquire import EngineNotFoundError
    from rehearsal.world import WorldError

    world = None if arguments.fresh else folder(made.environment)
    try:
        done = rehearse_rotation(estate, made, world=world, tell=note)
    except (EngineNotFoundError, WorldError) as error:
        note(str(error))
        return FOUND
    if arguments.json:
        say_json(done.as_dict())
    else:
        for line in done.lines():
            say(line)
    return FINE if done.succeeded else FOUND


def as_data(made: RotationPlan) -> dict[str, Any]:
    """Return a plan for machines."""
    return {
        "environment": made.environment,
        "what": made.what.value,
        "file": made.file,
        "peak_kpps": made.peak_kpps,
        "holds": made.holds,
        "steps": [
            {
                "step": step.number,
                "title": step.title,
                "down": [step.tunnel] if step.tunnel else [],
                "edits": [
                    {
                        "file": edit.file,
                        "line": edit.line,
                        "path": [str(key) for key in edit.path],
                        "old": edit.old,
                        "new": edit.new,
                    }
                    for edit in step.edits
                ],
                "command": command(made),
                "replaced": list(step.replaced),
                "updated": list(step.updated),
                "created": list(step.created),
                "deleted": list(step.deleted),
                "verdict": made.verdict(step),
                "kpps": step.state.kpps,
                "paths": [
                    {
                        "prefix": str(path.prefix),
                        "direction": path.direction.value,
                        "tunnels": sorted(path.tunnels),
                        "why": path.why,
                    }
                    for path in step.state.paths
                ],
                "other_side": list(step.far),
                "verify": list(step.verify),
                "undo": list(step.undo),
            }
            for step in made.steps
        ],
    }


def command(made: RotationPlan) -> str:
    """Return what carries a step out."""
    return f"pulumi preview -s {made.environment} && pulumi up -s {made.environment}"


def lines(made: RotationPlan) -> list[str]:
    """Return a plan for a person."""
    found = [f"{made.environment}: {made.what.value}, {len(made.steps)} steps; the next one only when one is verified"]
    for step in made.steps:
        found += ["", *_step(made, step)]
    return found


def _step(made: RotationPlan, step: Step) -> list[str]:
    down = f"{step.tunnel} is down" if step.tunnel else "nothing is down"
    held = {"holds": "enough", "short": "NOT enough", "cut": "CUT"}[made.verdict(step)]
    found = [f"{step.number}. {step.title}"]
    found += [f"   edit        {edit}" for edit in step.edits]
    found.append(f"   run         {command(made)}")
    for word, names in (
        ("replaced", step.replaced),
        ("updated", step.updated),
        ("created", step.created),
        ("deleted", step.deleted),
    ):
        if names:
            found.append(f"   {word:<11} {', '.join(names)}")
    found.append(f"   meanwhile   {down}; {step.state.kpps} kpps left for the peak of {made.peak_kpps}: {held}")
    if step.tunnel:
        found += [
            f"     {path.prefix!s:<18} {path.direction.value:<15} {', '.join(sorted(path.tunnels)) or 'NO PATH'}"
            for path in step.state.paths
        ]
    found += [f"   other side  {line}" for line in step.far]
    found += [f"   verify      {line}" for line in step.verify]
    found += [f"   undo        {line}" for line in step.undo]
    return found
