"""`./hybrid access who can ... on ... [in ...]`: everybody who can do something, how, and where it is written."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from operations.access.data import answer_data
from operations.access.loading import readable_estate
from operations.console import FINE, MISUSED, counted, note, say, say_json

if TYPE_CHECKING:
    from model.estate import Estate
    from model.planning.questions.who import Answer, Way

EXAMPLE = """\
examples:
  ./hybrid access who can read state                                    every state bucket, in every environment
  ./hybrid access who can secretmanager.versions.access on stier in prod
  ./hybrid access who can roles/storage.admin on skred-prod-c4d5
  ./hybrid access who can delete pods on onp1-dev/stiportal-main
  ./hybrid access who can exec pods on gcp1-prod --json                 {"ways": [...], "denied": [...]}

what: a role of IAM or a cluster role, a permission of IAM, or a verb and a resource of the Kubernetes API
on:   a project, a team, a cluster, a namespace (CLUSTER/NAME or NAME), a bucket, an account, a key, state, billing
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the subcommand."""
    parser = subparsers.add_parser(
        "who",
        help="who can do something, standing or on request, and where it is written",
        description="Says who can, through which groups, profiles and entitlements, who may act as the accounts that "
        "can, and who only seems to. Exit code 0: answered; 1: the files can not be read; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("words", nargs="+", metavar="can ROLE|PERMISSION|VERB RESOURCE on TARGET [in ENV]")
    parser.add_argument("--json", action="store_true", help="print the answer for a machine")
    parser.set_defaults(run=run)


def question(words: Sequence[str]) -> tuple[str, str | None, tuple[str, ...]]:
    """Return what, on what, and the environments of `can WHAT [on TARGET] [in ENV ...]`."""
    asked = list(words[1:]) if words and words[0] == "can" else list(words)
    environments: tuple[str, ...] = ()
    if "in" in asked:
        place = len(asked) - 1 - asked[::-1].index("in")
        environments = tuple(name for word in asked[place + 1 :] for name in word.split(",") if name)
        asked = asked[:place]
    if "on" not in asked:
        return " ".join(asked), None, environments
    place = asked.index("on")
    return " ".join(asked[:place]), " ".join(asked[place + 1 :]) or None, environments


def run(arguments: argparse.Namespace) -> int:
    """Answer; see `add_parser` for the exit codes."""
    from model.planning.questions.asked import NotAskedError
    from model.planning.questions.targets import UnknownTargetError

    what, target, environments = question(arguments.words)
    estate = readable_estate("who", environments)
    if isinstance(estate, int):
        return estate
    try:
        answer = _answer(estate, what, target, environments)
    except (NotAskedError, UnknownTargetError) as reason:
        note(f"./hybrid access who: {reason}; for example: ./hybrid access who can storage.objects.get on stier in dev")
        return MISUSED
    if arguments.json:
        say_json(answer_data(answer))
    else:
        say("\n".join(lines(answer, estate)))
    return FINE


def _answer(estate: Estate, what: str, target: str | None, environments: Sequence[str]) -> Answer:
    from model.planning.questions.asked import asked
    from model.planning.questions.targets import UnknownTargetError, spots
    from model.planning.questions.who import who_can

    wanted, own_target = asked(what)
    where = target or own_target
    if where is None:
        raise UnknownTargetError(f"'{what}' needs an 'on'")
    return who_can(estate, wanted, spots(estate, where, environments))


def lines(answer: Answer, estate: Estate) -> Iterator[str]:
    """Give the answer for a person: a paragraph for each thing that was asked about."""
    from model.planning.questions.words import named, places, thing

    for spot in answer.spots:
        here = [way for way in answer.ways if way.spot == spot]
        denied = [each for each in answer.denied if each.spot == spot]
        yield f"{spot.environment.name}: {spot.kind.value} {spot.title}"
        by_principal: dict[str, list[Way]] = {}
        for way in here:
            by_principal.setdefault(way.principal, []).append(way)
        for principal, ways in by_principal.items():
            yield f"  {named(principal)}"
            yield from _ways(ways)
        if not here:
            yield "  nobody"
        for each in denied:
            yield f"  not {named(each.principal)}, in spite of {thing(each.right)}: {each.why} ({places([each.right])})"
        yield ""
    yield _closing(answer, estate)


def _ways(ways: Sequence[Way]) -> Iterator[str]:
    from model.planning.questions.rights import short
    from model.planning.questions.words import named, places
    from model.planning.questions.words import way as told

    for way in ways:
        yield f"    {told(way)}  [{places(way.rights)}]"
    for chain in ways[0].inner:
        yield f"    so has group {' in '.join(short(group) for group in chain)}"
    for acting in ways[0].acted_as:
        yield f"    acted as by {named(acting.principal)}: {told(acting)}  [{places(acting.rights)}]"


def _closing(answer: Answer, estate: Estate) -> str:
    principals = {way.principal for way in answer.ways}
    standing = {way.principal for way in answer.ways if way.standing}
    outside = ", ".join(estate.organisation.break_glass)
    return (
        f"{counted(len(principals), 'principal')}, {len(standing)} of them standing. Outside the files: {outside}, "
        "which are bound at the organisation for the worst day, and whatever else is granted above the folders or by "
        "hand."
    )
