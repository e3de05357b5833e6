"""Recording the program of one environment, given the configuration that its stack file holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from infra.program import ROOT, run
from model.config.load import load
from model.config.shape import Shape
from model.estate import Environment
from operations.record.recorder import record
from operations.record.recording import Recording


def record_environment(name: str, *, root: Path = ROOT) -> Recording:
    """Return what the program registers for the environment `name` of the project at `root`.

    Raises `pulumi.RunError` where the program refuses: an unknown name, or files that break a rule.
    """
    estate = load(root).estate
    environments: Mapping[str, Environment] = estate.environments if estate else {}
    sections: Mapping[str, Shape] = environments[name].sections if name in environments else {}
    config = {key: section.model_dump_json(exclude_unset=True) for key, section in sections.items()}
    return record(lambda: run(name, root), stack=name, config=config)
