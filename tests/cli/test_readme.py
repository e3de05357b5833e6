"""The README's commands run, its files exist, and what is generated is fresh."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.cli import main, parser, subcommands
from operations.project import ROOT
from operations.reference import generated
from rehearsal.engine.acquire import Engine
from tests.cli.running import checkout, run

BLOCK = re.compile(r"(?:<!-- run: (?P<why>[^\n]*) -->\n)?```sh\n(?P<text>.*?)```", re.DOTALL)
DOCUMENTS = ["README.md", *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))]
THIS_RUN = ["./hybrid", "test"]


def commands(document: str) -> list[list[str]]:
    """Return the commands of a document's shell blocks that need no account."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return [
        shlex.split(line, comments=True)
        for block in BLOCK.finditer(text)
        if block["why"] is None
        for line in block["text"].splitlines()
        if line.strip()
    ]


def test_the_readme_has_its_two_commands() -> None:
    found = commands("README.md")
    assert ["./hybrid", "rehearse"] in found
    assert THIS_RUN in found


@pytest.mark.timeout(1200)  # four environments come up, and more: a minute, and many on a machine with other work
def test_every_command_of_the_readme_runs(engine: Engine, tmp_path: Path) -> None:
    project = checkout(tmp_path)
    failed: list[str] = []
    for words in commands("README.md"):
        assert words[0] == "./hybrid", words
        if words == THIS_RUN:
            continue  # it is what runs this test
        ran = run(*words[1:], project=project)
        if ran.code != 0:
            failed.append(f"{' '.join(words)}: exit code {ran.code}\n{ran.out[-2000:]}\n{ran.err[-2000:]}")
    assert not failed, "\n\n".join(failed)


@pytest.mark.parametrize("words", commands("docs/questions.md"), ids=" ".join)
def test_every_answer_of_a_demonstration_is_given(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert words[0] == "./hybrid"
    code = main(words[1:])
    said = capsys.readouterr()
    assert code == 0, said.err
    assert said.out


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert ((ROOT / document).parent / target).exists(), f"{document} links to {target}"


def test_what_is_generated_is_fresh() -> None:
    stale = [name for name, text in generated().items() if (ROOT / name).read_text(encoding="utf-8") != text]
    assert not stale, f"out of date: {', '.join(stale)}; run ./hybrid generate"


def every(of: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Give a parser and those of its subcommands, down to the last."""
    yield of
    for each in subcommands(of).values():
        yield from every(each)


def test_every_command_explains_itself_with_an_example() -> None:
    silent = [
        each.prog for each in every(parser()) if each.prog != "./hybrid test" and "xample" not in each.format_help()
    ]
    assert not silent
    # The words after `test` are read by a parser of its own.
    for words, example in ((["--help"], "Example: ./hybrid rehearse"), (["test", "--help"], "./hybrid test --quick")):
        ran = run(*words)
        assert (ran.code, ran.err) == (0, "")
        assert example in ran.out


def test_every_shape_for_machines_is_documented() -> None:
    text = (ROOT / "docs" / "machines.md").read_text(encoding="utf-8")
    speaking = [each.prog for each in every(parser()) if "--json" in each.format_usage()]
    assert not [prog for prog in speaking if f"`{prog} " not in text], "not in docs/machines.md"


def test_a_word_too_many_leads_to_the_help_of_its_own_command() -> None:
    ran = run("vpn", "prove", "--jsn")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "./hybrid vpn prove: unrecognized arguments: --jsn\nSee: ./hybrid vpn prove --help\n"
