"""The two registries that rules are written into: over one environment, and over all of them together."""

from __future__ import annotations

from typing import Final

from model.estate import Environment, Estate
from model.rules.registry import Registry

environment_rules: Final[Registry[Environment]] = Registry("environment")
estate_rules: Final[Registry[Estate]] = Registry("estate")
