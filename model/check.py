"""Checking all files together: what is wrong with how they are written, and which rules they break."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from model.config.load import Loaded, load
from model.config.pause import collector_paused
from model.config.problems import Problem, Severity
from model.rules.acknowledgements import acknowledgement_problems
from model.rules.all import environment_rules, estate_rules
from model.rules.registry import NotRun, Outcome


@dataclass(frozen=True)
class CheckResult:
    """What a check found: problems in the order of the files, what was loaded, and rules that could not be run."""

    problems: tuple[Problem, ...]
    loaded: Loaded
    not_run: tuple[NotRun, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop a run."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)


@collector_paused()
def check(
    root: Path,
    *,
    today: date | None = None,
    texts: Mapping[str, str] | None = None,
    only: Collection[str] = (),
) -> CheckResult:
    """Load everything under `root/stacks` and run every rule over it.

    `today` and `texts` are those of `load`. `only` names environments: problems in the stack files of others are left
    out, though their files are read, since what collides must be seen from both sides.

    Returns every problem once, sorted by file and line. Raises `KeyError` with the names in `only` that are no
    environment.
    """
    loaded = load(root, today=today, texts=texts)
    if loaded.estate is None:
        return CheckResult(loaded.problems, loaded, ())
    environments = loaded.estate.environments
    unknown = sorted(set(only) - set(environments))
    if unknown:
        raise KeyError(*unknown)
    chosen = [env for name, env in environments.items() if not only or name in only]
    outcome = Outcome.together([estate_rules.run(loaded.estate), *(environment_rules.run(env) for env in chosen)])
    left_out = {env.source.file for env in environments.values() if env not in chosen}
    found = (*loaded.problems, *outcome.problems, *acknowledgement_problems(root, loaded.estate.today, texts))
    problems = {problem for problem in found if problem.file not in left_out}
    return CheckResult(tuple(sorted(problems)), loaded, outcome.not_run)
