"""A drill before it is begun: the edit, whether the rules allow it, and what the routing model expects to be seen."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model.check import check
from model.config.problems import Problem, Severity
from model.config.source import Data
from model.estate import Environment, Estate
from model.planning.bgp.network import Down
from model.planning.bgp.proof import Direction, Prover, State
from model.planning.file_edits import FileEdit, edited
from model.planning.names import Names

_DRILL: Final = ("config", "hybrid:vpn", "drill")
_RULE: Final = "D20"


class NoDrillError(ValueError):
    """There is nothing to switch off; the message says why."""


@dataclass(frozen=True)
class DrillPlan:
    """What a drill changes and what is expected of it.

    `before`, `after`  what the routing model has with every session up, and without those of `tunnels`.
    `problems`         what the rules say of the drill, its warning among them.
    `hold_seconds`     how long a loss, rather than a drill, takes to be noticed (D14, D20).
    `text`             the stack file after the edits.
    """

    env: Environment
    tunnels: tuple[str, ...]
    edits: tuple[FileEdit, ...]
    problems: tuple[Problem, ...]
    before: State
    after: State
    hold_seconds: int
    text: str

    @property
    def allowed(self) -> bool:
        """Whether no rule refuses it."""
        return all(problem.severity is not Severity.ERROR for problem in self.problems)

    @property
    def withdrawn(self) -> tuple[tuple[str, str, str, str], ...]:
        """Each path that changes: prefix, direction, tunnels before and after."""
        after = {(path.prefix, path.direction): path for path in self.after.paths}
        rows: list[tuple[str, str, str, str]] = []
        for path in self.before.paths:
            left = after[path.prefix, path.direction].tunnels
            if left != path.tunnels:
                rows.append(
                    (str(path.prefix), path.direction.value, ", ".join(sorted(path.tunnels)), ", ".join(sorted(left)))
                )
        return tuple(rows)

    @property
    def carrying(self) -> tuple[str, ...]:
        """The tunnels that carry anything while the drill lasts."""
        return tuple(sorted(self.after.used(Direction.TO_SITES) | self.after.used(Direction.TO_CLOUD)))


def chosen(env: Environment, peers: Collection[str], tunnel: str | None = None) -> tuple[str, ...]:
    """Return the tunnels that `peers` mean: BGP peers, tunnels, or devices with all their tunnels.

    `tunnel` keeps one of them. Raises `NoDrillError` for what there is not.
    """
    found: set[str] = set()
    for name in peers:
        own = [key for key, each in env.vpn.tunnels.items() if name in {key, Names.peer(key), each.peer}]
        if not own:
            known = ", ".join(Names.peer(key) for key in sorted(env.vpn.tunnels))
            raise NoDrillError(f"no BGP peer or device '{name}' in {env.name}; there is {known}")
        found |= set(own)
    if tunnel is not None:
        if tunnel not in found:
            raise NoDrillError(f"{tunnel} is none of {', '.join(sorted(found))}")
        found = {tunnel}
    return tuple(sorted(found))


def plan_drill(root: Path, estate: Estate, name: str, tunnels: Collection[str]) -> DrillPlan:
    """Return the drill that switches off `tunnels` of environment `name`, beside what its files switch off already."""
    env = estate.environments[name]
    given = env.vpn.drill
    disabled = sorted({*given.disabled_peers, *(Names.peer(each) for each in tunnels)})
    day = env.today.isoformat()
    until = given.expires if given.expires is not None and given.expires >= env.today else env.today
    value: dict[str, Data] = {"disabled_peers": list[Data](disabled), "expires": until.isoformat()}
    if given.approval is not None:
        value["approval"] = {"by": given.approval.by, "on": given.approval.on.isoformat()}
    elif env.facts.production:
        value["approval"] = {"by": env.organisation.platform_groups.on_call, "on": day}
    text, edits = edited(env.source.file, (root / env.source.file).read_text(encoding="utf-8"), [(_DRILL, value)])
    found = check(root, today=estate.today, texts={env.source.file: text}, only=[name]).problems
    off = frozenset(each for each in env.vpn.tunnels if Names.peer(each) in disabled)
    prover = Prover(env)
    return DrillPlan(
        env=env,
        tunnels=tuple(sorted(tunnels)),
        edits=edits,
        problems=tuple(each for each in found if each.rule == _RULE and each.file == env.source.file),
        before=prover.after(Down()),
        after=prover.after(Down(sessions=off)),
        hold_seconds=3 * env.organisation.vpn.keepalive_seconds,
        text=text,
    )
