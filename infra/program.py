"""The program of every stack: the stack's name selects the file, the file decides everything else."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pulumi

from components.component import refuse_orphans
from infra.environment import build
from infra.outputs import stack_outputs
from infra.reviewed import require_same_configuration, reviewed_environment

ROOT: Final = Path(__file__).resolve().parent.parent
"""The project: the folder of Pulumi.yaml."""


def run(stack: str | None = None, root: Path | None = None) -> None:
    """Register everything of one environment and export its outputs.

    `stack`  the environment; by default the stack that Pulumi runs.
    `root`   the project whose `stacks/` is read; by default this one.

    Raises `RefusedError` before any resource is registered, if a file breaks a rule or the engine was given another.
    """
    refuse_orphans()
    environment = reviewed_environment(root or ROOT, stack or pulumi.get_stack())
    require_same_configuration(environment)
    built = build(environment)
    for name, value in stack_outputs(environment, built).items():
        pulumi.export(name, value)
