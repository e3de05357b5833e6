"""Measures how often the simulated providers answer as the real ones do.

    python -m rehearsal.fidelity [--verdicts DIR] [--json | --markdown] [--only TYPE ...]

DIR holds recorded answers of the real plugins (`rehearsal.verdicts`). Without it they are the project's own fixture:
answers of the pulumi-gcp 10.0 and pulumi-vsphere 4.18 plugins. `--markdown` prints docs/fidelity.md. An answer that
does not agree needs its reason in `rehearsal/disagreements.yaml`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from rehearsal.check import DEFAULTS_KEY, CheckResult, ProviderDefaults, check
from rehearsal.diff import diff
from rehearsal.disagreements import page, reason_for
from rehearsal.facts import Catalogue, ResourceFacts
from rehearsal.values import Properties, Secret, Value
from rehearsal.verdicts import Case, Change, moved, read

FIXTURE: Final = Path(__file__).resolve().parent.parent / "tests" / "rehearsal" / "fixtures"
CONFIGURED: Final = ProviderDefaults(project="varde-k8s-dev-5e6f", region="europe-north1")
"""How the provider was configured when the answers were taken."""

_URN_NAME: Final = "u"


@dataclass(slots=True)
class Tally:
    """How many answers agree, and the ones that do not."""

    agreed: int = 0
    disagreed: list[str] = field(default_factory=list[str])

    def note(self, agrees: bool, what: str) -> None:
        """Count one answer; `what` says what is different where it does not agree."""
        if agrees:
            self.agreed += 1
        else:
            self.disagreed.append(what)

    @property
    def total(self) -> int:
        """How many answers were compared."""
        return self.agreed + len(self.disagreed)

    @property
    def share(self) -> float:
        """The share that agrees, from 0 to 1. ZeroDivisionError where nothing was compared."""
        return self.agreed / self.total


def measure(cases: Sequence[Case], changes: Sequence[Change]) -> dict[str, Tally]:
    """Put every answer beside that of the simulated provider.

    Keys: `checks` accepted or refused, `places` the places named, where the real plugin named any and both refuse,
    `defaults` the inputs given back, `diffs` update, replace and deletion first.
    """
    tallies = {"checks": Tally(), "places": Tally(), "defaults": Tally(), "diffs": Tally()}
    for case in cases:
        _measure_case(case, tallies)
    for change in changes:
        expected = f"{'replace' if change.replaces else 'update'}{', deleting first' if change.deletes_first else ''}"
        found = _verdict(change)
        agrees = found == expected
        tallies["diffs"].note(agrees, f"{change.type} {change.path}: {found}, the plugin: {expected}")
    return tallies


def _measure_case(case: Case, tallies: Mapping[str, Tally]) -> None:
    label = f"{case.type} {case.name}"
    result = _answer(case)
    refused = [f"{found.property}: {found.reason}" for found in result.failures]
    accepted = not refused
    remark = "accepted" if accepted else f"refused ({'; '.join(refused)})"
    tallies["checks"].note(accepted == case.accepted, f"{label}: {remark}, the plugin did not agree")
    if case.at and "" not in case.at and refused:
        places = sorted({found.property for found in result.failures})
        tallies["places"].note(places == sorted(set(case.at)), f"{label}: at {places}, the plugin: {list(case.at)}")
    if case.checked is not None:
        found = {name: value for name, value in result.inputs.items() if name != DEFAULTS_KEY}
        wanted = _secrets(case.checked)
        tallies["defaults"].note(found == wanted, f"{label}: {_apart(found, cast('Properties', wanted))}")


def _answer(case: Case) -> CheckResult:
    return check(_facts(case.type), case.inputs, defaults=CONFIGURED, urn_name=_URN_NAME)


def _verdict(change: Change) -> str:
    facts = _facts(change.type)
    state = cast("Properties", _secrets(change.base.checked or {}))
    filled: list[Value] = [name for name in sorted(state) if name not in change.base.inputs]
    new = cast("Properties", moved(state, change.path.split(".")))
    found = diff(facts, {**state, DEFAULTS_KEY: filled}, state, {**new, DEFAULTS_KEY: filled})
    if not found.changes:
        return "no change"
    return f"{'replace' if found.replaces else 'update'}{', deleting first' if found.delete_before_replace else ''}"


def _facts(token: str) -> ResourceFacts:
    facts = Catalogue.load(token.partition(":")[0]).resource(token)
    if facts is None:
        raise LookupError(f"fidelity: the facts do not know {token}; generate them from a schema that has it")
    return facts


def _secrets(value: Value) -> Value:
    """Read the mark `{"secret": ...}` of the recorded answers."""
    if isinstance(value, Mapping):
        if set(value) == {"secret"}:
            return Secret(_secrets(value["secret"]))
        return {key: _secrets(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_secrets(item) for item in value]
    return value


def _apart(found: Mapping[str, Value], wanted: Mapping[str, Value]) -> str:
    names = sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
    return "; ".join(f"{name} is {found.get(name)!r}, the plugin: {wanted.get(name)!r}" for name in names)


def main(arguments: list[str] | None = None) -> int:
    """Print the measurement; exit code 1 where an answer disagrees for which no reason is kept."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal.fidelity", description=__doc__)
    parser.add_argument("--verdicts", type=Path, default=FIXTURE, help="directory of recorded answers")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the figures and disagreements as JSON")
    form.add_argument("--markdown", action="store_true", help="print the page docs/fidelity.md")
    parser.add_argument("--only", nargs="*", default=(), help="only resource types whose token contains one of these")
    chosen = parser.parse_args(arguments)
    cases, changes = read(chosen.verdicts)
    wanted = [str(part) for part in chosen.only]
    tallies = measure(
        [case for case in cases if _chosen(case.type, wanted)],
        [change for change in changes if _chosen(change.type, wanted)],
    )
    if chosen.markdown:
        sys.stdout.write(page(cases, changes, tallies))
    else:
        sys.stdout.write(_as_json(tallies) if chosen.json else _as_text(tallies))
    return int(any(reason_for(name, what) is None for name in tallies for what in tallies[name].disagreed))


def _chosen(token: str, wanted: Sequence[str]) -> bool:
    return not wanted or any(part in token for part in wanted)


def _as_json(tallies: Mapping[str, Tally]) -> str:
    body = {
        name: {"agreed": tally.agreed, "total": tally.total, "disagreements": tally.disagreed}
        for name, tally in tallies.items()
    }
    return json.dumps(body, indent=1) + "\n"


def _as_text(tallies: Mapping[str, Tally]) -> str:
    lines: list[str] = []
    for name, tally in tallies.items():
        share = f"{tally.share:.1%}" if tally.total else "nothing to compare"
        lines.append(f"{name:9} {share}  {tally.agreed} of {tally.total}")
        lines += [f"    {what}" for what in tally.disagreed]
        kinds = Counter(what.partition(" ")[0] for what in tally.disagreed)
        lines += [f"  {count:4} {kind}" for kind, count in kinds.most_common()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
