"""Commands of runbooks held to what documents them: the engine's own help, our own parser, public pages of the rest.

gkectl's are in test_runbooks. Whether a command does what its page expects is not known here; the engine tier's
test_runbooks follows those that can be followed.
"""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
from collections.abc import Iterator
from functools import cache
from typing import Final

import pytest

from operations import cli
from rehearsal.engine.acquire import Engine
from tests.model.test_runbooks import written

_COMMON: Final = {"--project", "--location", "--format"}
DOCUMENTED: Final = {
    "compute routers get-status": {"--region", "--project", "--flatten", "--filter", "--format"},
    "container clusters describe": _COMMON,
    "container fleet memberships delete": _COMMON,
    "container fleet memberships describe": _COMMON,
    "container fleet memberships get-credentials": _COMMON,
    "container fleet memberships list": _COMMON,
    "container vmware admin-clusters describe": _COMMON,
    "container vmware admin-clusters list": _COMMON,
    "container vmware clusters describe": _COMMON,
    "container vmware clusters list": _COMMON,
    "iam service-accounts keys create": {"--iam-account"},
    "iam service-accounts keys delete": {"--iam-account"},
    "iam service-accounts keys list": {"--iam-account", "--managed-by"},
    "kms keys versions enable": {"--key", "--keyring", "--location", "--project"},
    "kms keys versions list": {"--key", "--keyring", "--location", "--project", "--filter", "--format"},
    "kms keys versions restore": {"--key", "--keyring", "--location", "--project"},
    "projects get-iam-policy": {"--format"},
    "secrets create": {"--data-file", "--locations", "--project", "--replication-policy"},
    "secrets delete": {"--project"},
    "secrets versions access": {"--secret", "--project", "--out-file"},
    "secrets versions add": {"--data-file", "--project"},
    "secrets versions list": {"--limit", "--project"},
    "storage buckets describe": {"--format"},
    "storage cat": set[str](),
    "storage cp": set[str](),
    "storage ls": {"--all-versions", "--long"},
}
"""gcloud, by command: https://docs.cloud.google.com/sdk/gcloud/reference, and gcloud-wide flags of its first page."""

KUBECTL: Final = {
    "annotate": {"--namespace"},
    "apply": {"--filename"},
    "cordon": {"--selector"},
    "cp": set[str](),
    "delete": {"--all", "--namespace"},
    "drain": {
        *("--delete-emptydir-data", "--dry-run", "--grace-period", "--ignore-daemonsets", "--selector", "--timeout"),
    },
    "exec": {"--container", "--namespace"},
    "get": {
        *("--all-namespaces", "--field-selector", "--namespace", "--no-headers", "--output", "--raw", "--selector"),
        "--watch",
    },
    "logs": {"--namespace"},
    "uncordon": {"--selector"},
    "wait": {"--for", "--selector", "--timeout", "--all-namespaces"},
}
"""kubectl, by verb, beside --context and --kubeconfig: https://kubernetes.io/docs/reference/kubectl/generated/."""

GOVC: Final = {
    "cluster.rule.ls": {"-cluster", "-l"},
    "datastore.ls": {"-ds", "-l"},
    "datastore.rm": {"-ds"},
    "datastore.upload": {"-ds"},
    "find": {"-name", "-type", "-runtime.powerState"},
    "host.info": set[str](),
    "host.maintenance.enter": {"-timeout"},
    "host.maintenance.exit": set[str](),
    "vm.info": set[str](),
    "vm.power": {"-on"},
}
"""govc, by command: https://github.com/vmware/govmomi/blob/main/govc/USAGE.md."""

GH: Final = {"run list": {"--repo", "--limit"}}
"""gh, by command: https://cli.github.com/manual/."""


@cache
def commands(tool: str) -> tuple[tuple[str, ...], ...]:
    """Return every call of a tool in any runbook, as words, wherever it stands in a line."""
    found: dict[tuple[str, ...], None] = {}
    for _, _, book in written():
        for step in book.steps:
            for line in step.commands:
                found.update(dict.fromkeys(_calls(tool, line)))
    assert found, f"no runbook calls {tool}"
    return tuple(found)


def _calls(tool: str, line: str) -> Iterator[tuple[str, ...]]:
    # What a shell reads as one command ends at these, but for those in quotes.
    quoted = r"'[^']*'|\"(?:[^\"$]|\$(?!\())*\""
    for match in re.finditer(rf"(?<![\w.=/-]){re.escape(tool)} ((?:{quoted}|[^;|&()'\"])*)", line):
        if match.start() and line[: match.start()].count("'") % 2:
            continue
        yield tuple(shlex.split(match[1]))


def flags(words: tuple[str, ...]) -> set[str]:
    """Return the flags among words; what stands behind `--` belongs to another command."""
    own = words[: words.index("--")] if "--" in words else words
    return {word.partition("=")[0] for word in own if word.startswith("-")}


def test_gcloud_is_called_as_its_reference_says() -> None:
    for words in commands("gcloud"):
        said = " ".join(words)
        verb = next(
            (each for each in sorted(DOCUMENTED, key=len, reverse=True) if f"{said} ".startswith(f"{each} ")), ""
        )
        assert verb, words
        assert flags(words) <= DOCUMENTED[verb], words


def test_kubectl_is_called_as_its_reference_says() -> None:
    for words in commands("kubectl"):
        assert words[0] in {"--context", "--kubeconfig"}, words
        assert flags(words[2:]) <= KUBECTL[words[2]], words


def test_govc_and_gh_are_called_as_their_references_say() -> None:
    for words in commands("govc"):
        assert flags(words[1:]) <= GOVC[words[0]], words
    for words in commands("gh"):
        assert flags(words[2:]) <= GH[" ".join(words[:2])], words


def test_pulumi_is_called_as_its_own_help_says(engine: Engine) -> None:
    @cache
    def known(verb: str) -> set[str]:
        done = subprocess.run([engine.path, *verb.split(), "--help"], capture_output=True, text=True, check=True)
        assert f"pulumi {verb} " in done.stdout, f"there is no pulumi {verb}"
        return set(re.findall(r"(?m)(?<![\w-])(--?[a-z][a-z-]*)", done.stdout.partition("\nFlags:")[2]))

    for words in commands("pulumi"):
        verb = " ".join(words[:2]) if words[0] in {"stack", "state"} else words[0]
        assert flags(words) <= known(verb), words


def test_our_own_commands_are_those_that_we_have() -> None:
    for words in commands("./hybrid"):
        parser, rest = cli.parser(), list(words)
        while rest and rest[0] in cli.subcommands(parser):
            parser = cli.subcommands(parser)[rest.pop(0)]
        assert not cli.subcommands(parser), f"{words}: {parser.prog} needs a subcommand"
        taken = {option for action in parser._actions for option in action.option_strings}  # pyright: ignore[reportPrivateUsage]  argparse has no public list
        assert flags(words) <= taken, words
        required = [each for each in parser._actions if each.required and each.option_strings]  # pyright: ignore[reportPrivateUsage]  as above
        assert all(set(each.option_strings) & flags(words) for each in required), words
        _positional(parser, rest)


def _positional(parser: argparse.ArgumentParser, rest: list[str]) -> None:
    """Assert that a command that takes no further words is given none."""
    if not [each for each in parser._actions if not each.option_strings]:  # pyright: ignore[reportPrivateUsage]  as above
        assert not [word for word in rest if not word.startswith("-")], rest


@pytest.mark.parametrize(
    ("tool", "line", "found"),
    [
        (
            "gcloud",
            'PASS="$(gcloud secrets versions access latest --secret=a)" && x',
            ["secrets versions access latest"],
        ),
        ("pulumi", "for F in *; do pulumi import -s dev --file $F; done", ["import -s dev --file $F"]),
        ("pulumi", "echo 'pulumi nothing'", []),
        ("kubectl", "kubectl --context a get pods --output 'jsonpath={a;b}' | x", ["--context a get pods"]),
    ],
)
def test_a_call_is_found_wherever_it_stands(tool: str, line: str, found: list[str]) -> None:
    calls = [" ".join(words) for words in _calls(tool, line)]
    assert len(calls) == len(found)
    assert all(call.startswith(start) for call, start in zip(calls, found, strict=True))
