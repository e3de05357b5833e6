"""What came of a fault sweep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class FaultPass:
    """One pass: how many operations had a fault, how many of them passed, and what was wrong at the end.

    An operation passes when it succeeds once its fault is over and nothing that is wrong at the end concerns it.
    """

    name: str
    tried: int
    passed: int
    rounds: int
    seconds: float
    wrong: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether faults were tried, and all passed."""
        return self.tried > 0 and self.passed == self.tried and not self.wrong


@dataclass(frozen=True)
class FaultReport:
    """All passes of one environment."""

    environment: str
    seed: int
    passes: Sequence[FaultPass] = field(default=())

    @property
    def tried(self) -> int:
        """How many operations had a fault."""
        return sum(each.tried for each in self.passes)

    @property
    def passed(self) -> int:
        """How many of them passed."""
        return sum(each.passed for each in self.passes)

    @property
    def succeeded(self) -> bool:
        """Whether every pass did what it should."""
        return bool(self.passes) and all(each.succeeded for each in self.passes)

    def as_dict(self) -> dict[str, object]:
        """Return the form for machines."""
        return {
            "environment": self.environment,
            "seed": self.seed,
            "tried": self.tried,
            "passed": self.passed,
            "succeeded": self.succeeded,
            "passes": [
                {
                    "name": each.name,
                    "tried": each.tried,
                    "passed": each.passed,
                    "rounds": each.rounds,
                    "seconds": round(each.seconds, 1),
                    "wrong": list(each.wrong),
                    "remarks": list(each.remarks),
                }
                for each in self.passes
            ],
        }

    def lines(self) -> list[str]:
        """Return the form for people."""
        lines: list[str] = []
        for each in self.passes:
            mark = "ok" if each.succeeded else "FAILED"
            lines.append(
                f"{self.environment:8} {each.name:34} {mark:6} {each.passed} of {each.tried} operations passed, "
                f"{each.rounds} runs, {each.seconds:.0f} s"
            )
            lines += [f"  {line}" for line in (*each.remarks, *each.wrong)]
        lines.append(f"{self.environment:8} {self.passed} of {self.tried} faults passed (seed {self.seed})")
        return lines
