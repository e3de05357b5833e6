"""The nightly look for drift: a refresh that is only previewed, and what `./hybrid drift` makes of it."""

from __future__ import annotations

import json
from pathlib import Path

from operations.ci.errors import CiError
from operations.ci.places import write
from operations.ci.pulumi import asked, variables
from operations.ci.settings import environment, settings
from operations.console import FINE, say
from operations.drift.display import as_dict, lines
from operations.drift.judging import judged
from operations.drift.reading import NoRefreshError, read
from operations.record.environment import record_environment


def drift(name: str, identity: str, out: Path) -> int:
    """Write the report of an environment, as of `./hybrid drift --json`; hand edits are no failure of the job.

    Changes nothing, the state neither. Raises `CiError`.
    """
    env = environment(name)
    words = ["refresh", "--preview-only", "--json", "--non-interactive", "--stack", name]
    said = asked(words, variables(settings(env, identity)))
    try:
        refresh = read(said.out)
    except NoRefreshError as error:
        raise CiError(f"`pulumi refresh` of {name} failed: {said.why(name)}") from error
    if said.code != 0 and not refresh.failures:
        raise CiError(f"`pulumi refresh` of {name} failed: {said.why(name)}")
    report = judged(refresh, env, record_environment(name))
    write(out, json.dumps(as_dict(report), indent=2, ensure_ascii=False) + "\n")
    for line in lines(report):
        say(line)
    return FINE
