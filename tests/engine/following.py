"""Runbooks followed by the words of their own pages, against an environment in the simulated clouds.

What a shell would run is run by one, in the folder of the rehearsal's copy of the project, with the real engine as
`pulumi`; where it asks for a confirmation, it gets one. Two kinds of command go another way to the same end. `preview`
and `up` run the program, for which the rehearsal's engine has no language host: the same engine runs the same program
inline, with the flags of the page. A `preview` just before an `up` with the same flags is the first half of that `up`.
`./hybrid` runs in this process, so that the program is recorded once for all pages.
"""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import pytest

from model.runbooks.shape import Runbook
from operations import cli, import_files
from operations.rehearse.session import Session
from rehearsal.engine.acquire import Engine
from rehearsal.engine.command import EngineCommand
from rehearsal.engine.language import no_program
from rehearsal.engine.steps import StepResult
from tests.engine.bench import explained

_ASKS: Final = ("cancel", "import", "refresh", "state delete", "state protect", "state unprotect")
"""The commands that ask before they do it."""
_TAKES: Final[Mapping[str, str]] = {"--exclude": "exclude", "--target": "target"}
_recorded: Final = cache(import_files.declared)


class Desk:
    """Somebody at a terminal, with one or more pages beside it.

    `session` is where the commands go; it may change between two of them. `results` are those of the program's runs.
    """

    def __init__(self, session: Session, engine: Engine, *pages: Runbook) -> None:
        self.session = session
        self._engine = engine
        self._pages: Final = {page.task: page for page in pages}
        self._typed: list[str] = []
        self.results: Final[list[StepResult]] = []

    def step(self, task: str, number: int, *, fails: bool = False) -> str:
        """Carry out the commands of a step in order and return what they printed; with `fails` the last one fails."""
        commands = self.commands(task, number)
        assert commands, f"step {number} of {task} has no commands"
        printed: list[str] = []
        for place, command in enumerate(commands):
            if _first_half(command, commands[place + 1 :]):
                self._typed.append(command)
                continue
            worked, text = self.run(command)
            assert worked is not (fails and place == len(commands) - 1), f"{command}\n{text}"
            printed.append(text)
        return "\n".join(printed)

    def commands(self, task: str, number: int) -> tuple[str, ...]:
        """Return the commands of a step of a page."""
        return self._pages[task].steps[number - 1].commands

    def run(self, command: str) -> tuple[bool, str]:
        """Carry out a command; return whether it worked, and what it printed."""
        self._typed.append(command)
        words = shlex.split(command)
        if words[:2] in (["pulumi", "preview"], ["pulumi", "up"]):
            return self._program(words[1], words[2:])
        return self._hybrid(command) if command.startswith("./hybrid ") else self._shell(command)

    def followed(self) -> None:
        """Assert that each page calls those steps rehearsed whose commands have all been carried out, and no others.

        Pages share commands: what one has asked for just now is not done again for another.
        """
        typed = set(self._typed)
        for page in self._pages.values():
            done = [
                number
                for number, step in enumerate(page.steps, start=1)
                if step.commands and typed.issuperset(step.commands)
            ]
            assert list(page.rehearsed) == done, page.task

    @property
    def _folder(self) -> Path:
        return self.session.workbench.home / "workspace"

    def _program(self, verb: str, words: list[str]) -> tuple[bool, str]:
        flags: dict[str, Any] = {}
        rest = iter(words)
        for word in rest:
            if word == "-s":
                assert next(rest) == self.session.workbench.stack
            elif word in _TAKES:
                cast("list[str]", flags.setdefault(_TAKES[word], [])).append(next(rest))
            elif word == "--exclude-dependents":
                flags["exclude_dependents"] = True
            elif word == "--expect-no-changes":
                flags["expect_no_changes"] = True
            else:
                assert word == "--diff", f"nobody knows here what {word} is"
        bench = self.session.workbench
        stack = bench._stack  # pyright: ignore[reportPrivateUsage]  a page has more flags than the bench's own methods
        take = stack.up if verb == "up" else stack.preview
        result = bench._run(verb, lambda given: take(**flags, **given))  # pyright: ignore[reportPrivateUsage]  as above
        self.results.append(result)
        return result.succeeded, explained(result)

    def _hybrid(self, command: str) -> tuple[bool, str]:
        worked, text = self._shell(f"printf '%s\\n' {command.removeprefix('./hybrid ')}")
        assert worked, text
        printed = io.StringIO()
        with (
            pytest.MonkeyPatch.context() as patched,
            contextlib.chdir(self._folder),
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
        ):
            patched.setattr(import_files, "declared", _recorded)
            code = cli.main(text.splitlines())
        return code == 0, printed.getvalue()

    def _shell(self, command: str) -> tuple[bool, str]:
        tools = self.session.workbench.home / "tools"
        tools.mkdir(exist_ok=True)
        asked = "\n".join(f'case "$*" in *--preview-only*) ;; "{words}"*) set -- "$@" --yes;; esac' for words in _ASKS)
        pulumi = tools / "pulumi"
        pulumi.write_text(
            f'#!/bin/sh\n{asked}\nexec {shlex.quote(str(self._engine.path))} --non-interactive "$@"\n', encoding="utf-8"
        )
        pulumi.chmod(0o755)
        own = cast("EngineCommand", self.session.workbench._stack.workspace.pulumi_command)  # pyright: ignore[reportPrivateUsage]  its environment is the bench's
        with no_program() as language:
            done = subprocess.run(
                ["/bin/bash", "-c", command],
                cwd=self._folder,
                env={
                    **own._environment,  # pyright: ignore[reportPrivateUsage]  as above
                    **language,
                    "PATH": f"{tools}:{os.environ['PATH']}",
                },
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
        return done.returncode == 0, done.stdout


def _first_half(command: str, rest: Sequence[str]) -> bool:
    """Say whether a command is the preview that the `up` behind it begins with."""
    words = shlex.split(command)
    if words[:2] != ["pulumi", "preview"] or not rest:
        return False
    same = [word for word in words[2:] if word != "--diff"]
    return shlex.split(rest[0]) == ["pulumi", "up", *same]
