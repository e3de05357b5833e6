"""Made-up programs under the recorder.

Their resources belong to a package that does not exist, so no SDK has a say in what is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pulumi

from components.component import Component
from operations.record import Recording, record
from operations.record.monitor import Answers, Computed


class Cloud(pulumi.ProviderResource):
    """A provider of the made-up package."""

    def __init__(self, name: str = "cloud") -> None:
        super().__init__("cloud", name, {})


class Thing(pulumi.CustomResource):
    """A made-up resource of any type, with any inputs. `size` stands for an output that a provider computes."""

    size: pulumi.Output[int]

    def __init__(
        self,
        name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        kind: str = "cloud:index:Thing",
        **inputs: Any,
    ) -> None:
        super().__init__(kind, name, {"size": None, **inputs}, opts)


class Group(Component):
    """A component with whatever a case puts in it."""

    token = "hybrid:case:Group"  # noqa: S105  a type token


def of(
    program: Callable[[], object],
    *,
    config: Mapping[str, str] | None = None,
    preview: bool = True,
    computed: Computed | None = None,
    answers: Answers | None = None,
) -> Recording:
    """Return what `program` registers in a stack called `test`."""

    def run() -> None:
        program()

    return record(run, stack="test", config=config, preview=preview, computed=computed, answers=answers)
