"""What a preview costs a resource with ten times as many teams, in pairs: `python -m tests.growth`."""

from __future__ import annotations

import resource
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Final

from operations.console import say
from rehearsal.engine.acquire import acquire
from rehearsal.engine.environment import prepare_process
from tests.engine.bench import Bench, explained
from tests.model.generated_teams import project_of

FEW, MANY = 5, 50
PAIRS: Final = 3
NAME: Final = "dev"


def spent() -> float:
    """Return the processor seconds of this process and of the engines that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def previewed(folder: Path, teams: int) -> tuple[int, float]:
    """Return how many resources a first preview with this many teams has, and the processor seconds of it."""
    folder.mkdir()
    bench = Bench.made(folder, acquire(say))
    shutil.rmtree(bench.root / "stacks")
    project_of(bench.root, teams)
    with bench.opened(NAME) as session:
        before = spent()
        result = session.take("preview")
        seconds = spent() - before
    assert result.succeeded, explained(result)
    return sum(result.operations.values()), seconds


def main() -> int:
    """Measure in pairs and print what a resource costs with many teams, as times what it costs with few."""
    prepare_process()
    ratios: list[float] = []
    with tempfile.TemporaryDirectory(prefix="hybrid-growth-") as folder:
        for pair in range(PAIRS):
            (some, low), (most, high) = (previewed(Path(folder) / f"{pair}-{teams}", teams) for teams in (FEW, MANY))
            ratios.append((high / most) / (low / some))
            say(f"{some} resources {low:.1f} s, {most} resources {high:.1f} s: {ratios[-1]:.2f} a resource")
    say(f"median {statistics.median(ratios):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
