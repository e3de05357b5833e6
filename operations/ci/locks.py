"""Who holds the lock of a stack, what an interrupted `up` left pending, and breaking a lock that nobody holds any more.

A backend in a bucket writes a lock as `.pulumi/locks/organization/<project>/<stack>/<id>.json`, with the user, host and
process that took it and when (https://www.pulumi.com/docs/iac/concepts/state-and-backends/). A job that is killed
leaves it; `pulumi cancel` removes it, whoever's it is.
"""

from __future__ import annotations

import getpass
import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from operations.ci.errors import CiError, WrongUseError
from operations.ci.pulumi import asked, variables
from operations.ci.settings import Settings, environment, settings
from operations.console import FINE, FOUND, say
from operations.project import ROOT
from operations.review.run import project_name

_PATIENCE: Final = 60


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock: who took it, on which host, in which process, and when."""

    user: str
    host: str
    process: int
    taken: str

    def __str__(self) -> str:
        """Say it in words."""
        return f"{self.user} on {self.host}, process {self.process}, since {self.taken}"


def locks(given: Settings) -> list[Lock]:
    """Return the locks of a stack. Raises `CiError`."""
    folder = f"{given.backend}/.pulumi/locks/organization/{project_name(ROOT)}/{given.environment}"
    listing = _gcloud("ls", f"{folder}/**")
    if listing is None:
        return []
    return [_lock(_gcloud("cat", each) or "") for each in listing.split() if each.endswith(".json")]


def unlock(name: str, confirmed: str, *, anyone: bool) -> int:
    """Show the locks and what is pending, then break the locks if they are ours or `anyone` says so.

    Ours are those that the user of this job took: runners run as a user of their own. 0: nothing holds the stack any
    more; 1: somebody does. Raises `CiError`.
    """
    if confirmed != name:
        raise WrongUseError(f"to break the lock of {name}, confirm with its name; '{confirmed}' is not it")
    given = settings(environment(name), "apply")
    held = locks(given)
    for lock in held:
        say(f"{name} is locked by {lock}")
    if not held:
        say(f"nothing holds the lock of {name}")
    foreign = [lock for lock in held if lock.user != getpass.getuser()]
    if foreign and not anyone:
        say(f"NOT BROKEN: {foreign[0].user} is no runner of ours. Ask them; if they are not at it any more, say so by")
        say("running this again for a lock of anyone.")
        return FOUND
    around = variables(given)
    if held:
        done = asked(["cancel", "--yes", "--non-interactive", "--stack", name], around)
        if done.code != 0:
            raise CiError(f"`pulumi cancel` of {name} failed: {done.why(name)}")
        say(f"broken: nothing holds the lock of {name} any more")
    for line in _what_is_left(name, around):
        say(line)
    return FINE


def pending(name: str, around: Mapping[str, str]) -> list[str]:
    """Return what an interrupted `up` began and did not end, in words. Raises `CiError`."""
    done = asked(["stack", "export", "--stack", name], around)
    if done.code != 0:
        raise CiError(f"the state of {name} can not be read: {done.why(name)}")
    deployment = cast("Mapping[str, Any]", json.loads(done.out)["deployment"])
    operations = cast("list[Mapping[str, Any]]", deployment.get("pending_operations") or [])
    return [f"{each['type']} {each['resource']['urn']}" for each in operations]


def _what_is_left(name: str, around: Mapping[str, str]) -> Iterator[str]:
    begun = pending(name, around)
    if not begun:
        yield f"no operation of {name} is pending: run the deployment again"
        return
    yield f"{name} has operations that began and did not end; look in the cloud what became of each:"
    for each in begun:
        yield f"  {each}"
    yield f"then `pulumi refresh --stack {name}` asks about each, and the deployment goes on from there"


def _lock(text: str) -> Lock:
    try:
        found = cast("Mapping[str, Any]", json.loads(text))
        return Lock(str(found["username"]), str(found["hostname"]), int(found["pid"]), str(found["timestamp"]))
    except (ValueError, KeyError, TypeError) as error:
        raise CiError("a lock is not as Pulumi writes it: look at it in the bucket before you break it") from error


def _gcloud(*words: str) -> str | None:
    """Return what `gcloud storage` answers; None where there is no such object. Raises `CiError`."""
    command = ["gcloud", "storage", *words]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CiError(f"`gcloud storage` can not be asked: {error}") from error
    if done.returncode == 0:
        return done.stdout
    if "matched no objects" in done.stderr or "One or more URLs matched no objects" in done.stderr:
        return None
    raise CiError(f"the bucket can not be read: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")
