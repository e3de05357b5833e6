"""The command line of `./hybrid ci`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

from operations.console import FINE, FOUND, MISUSED, note, say

EXAMPLE = """\
examples:
  ./hybrid ci setup                                                    what to run once, in the cloud and on GitHub
  ./hybrid ci run --as plan dev pulumi preview --stack dev             any command, as the workflows run it
  ./hybrid ci plan dev --as plan --base origin/main --folder out/dev   preview, page, review and digest
  ./hybrid ci comment out/dev out/prod --out comment.md                the comment of a pull request
"""
CODES = "Exit code 0: go on; 1: stop, and why is said; 2: used wrongly."
_COMMAND = Callable[[argparse.Namespace], int]


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "ci",
        help="the steps of the workflows, one by one",
        description="What the workflows of GitHub and GitLab call. Each step runs on a laptop too, with credentials of "
        f"the identity that it names. {CODES}",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    steps = parser.add_subparsers(title="steps", metavar="STEP", required=True)
    _settings(steps)
    _run(steps)
    _offline(steps)
    _plan(steps)
    _approved(steps)
    _comment(steps)
    _health(steps)
    _drift(steps)
    _drift_issue(steps)
    _unlock(steps)
    _setup(steps)


def _step(
    steps: argparse._SubParsersAction[argparse.ArgumentParser],  # pyright: ignore[reportPrivateUsage]  as above
    name: str,
    does: str,
    example: str,
    run: _COMMAND,
) -> argparse.ArgumentParser:
    parser = steps.add_parser(
        name,
        help=does,
        description=f"{does[0].upper()}{does[1:]}. {CODES}",
        epilog=f"example:\n  ./hybrid ci {name} {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=partial(_guarded, run))
    return parser


def _guarded(run: _COMMAND, arguments: argparse.Namespace) -> int:
    from operations.ci.errors import CiError, WrongUseError

    try:
        return run(arguments)
    except CiError as error:
        note(f"./hybrid ci: {error}")
        return MISUSED if isinstance(error, WrongUseError) else FOUND


def _environment(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("environment", metavar="ENV", help="the environment")
    parser.add_argument(
        "--as", dest="identity", required=True, choices=["plan", "apply"], help="who reads, or who changes"
    )


def _settings(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  as above
    does = "say which account, provider and backend an identity has, to the steps after this one"

    def run(arguments: argparse.Namespace) -> int:
        from operations.ci.places import output
        from operations.ci.settings import environment, settings

        output(settings(environment(arguments.environment), arguments.identity).outputs())
        return FINE

    _environment(_step(steps, "settings", does, "dev --as plan", run))


def _run(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  as above
    does = "run a command with the environment's backend, the identity's account in vCenter and the engine on PATH"

    def run(arguments: argparse.Namespace) -> int:
        from operations.ci.errors import WrongUseError
        from operations.ci.pulumi import run as runs
        from operations.ci.pulumi import variables
        from operations.ci.settings import environment, settings

        words: list[str] = arguments.words[1:] if arguments.words[:1] == ["--"] else arguments.words
        if not words:
            raise WrongUseError("say which command, after the environment")
        return runs(words, variables(settings(environment(arguments.environment), arguments.identity)))

    parser = _step(steps, "run", does, "--as plan dev pulumi stack history --stack dev", run)
    _environment(parser)
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND", help="the command, with its own options")


def _offline(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  as above
    does = "review every environment without credentials, as a check of a pull request"

    def run(arguments: argparse.Namespace) -> int:
        from operations.ci.offline import offline

        return offline(arguments.base, arguments.out)

    parser = _step(steps, "offline", does, "--base origin/main --out review.md", run)
    parser.add_argument("--base", required=True, metavar="REV", help="the revision to compare with")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where the page goes")


def _plan(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  as above
    does = "preview the real stack, write its page and review, say the digest, and close the gates"

    def run(arguments: argparse.Namespace) -> int:
        from operations.ci.plan import Wanted, plan

        return plan(
            Wanted(
                arguments.environment, arguments.identity, arguments.base or "", arguments.folder, arguments.any_time
            )
        )

    parser = _step(steps, "plan", does, "dev --as plan --base origin/main --folder out/dev", run)
    _environment(parser)
    parser.add_argument("--base", metavar="REV", help="compare with this; otherwise with what runs, never going back")
    parser.add_argument("--folder", type=Path, required=True, metavar="DIR", help="preview.json, review.json, page.md")
    parser.add_argument("--any-time", action="store_true", help="tell of a freeze or window, and leave it to apply")


def _approved(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  as above
    does = "say how a plan of the main branch stands to what the merged pull request showed"

    def run(arguments: argparse.Namespace) -> int:
        from operations.ci.approved import sentence
        from operations.ci.places import summary

        words = sentence(arguments.environment, arguments.digest)
        say(words)
        summary(f"> {words}")
        return FINE

    parser = _step(steps, "approved", does, "prod --digest v1...", run)
    parser.add_argument("environment", metavar="ENV", help="the environment")
    parser.add_argument("--digest", required=True, metavar="D", help="the digest of the plan")


def _comment(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  as above
    does = "render the one comment of a pull request from what previews wrote, and post it if asked"

    def run(arguments: argparse.Namespace) -> int:
        from operations.ci.commenting import post, rendered
        from operations.ci.places import write

        text = rendered(arguments.folders, arguments.link, arguments.simulated)
        write(arguments.out, text)
        note(f"the comment: {arguments.out}, {len(text)} characters")
        if arguments.post:
            note(f"posted: {post(text, arguments.post)}")
        return FINE

    parser = _step(steps, "comment", does, "out/dev out/prod --out comment.md", run)
    parser.add_argument("folders", nargs="*", type=Path, metavar="DIR", help="what ./hybrid ci plan wrote, one each")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where the comment goes")
    parser.add_argument("--link", metavar="URL", help="where all of it is; otherwise the run, where there is one")
    parser.add_argument(
        "--simulated", type=Path, metavar="FILE", help="the page without credentials, for what is missing"
    )
    parser.add_argument("--post", choices=["github", "gitlab"], help="edit the comment that is there, or write it")


def _health(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  as above
    does = "say whether an environment is as the program says: an empty preview, nothing pending, its outputs there"

    def run(arguments: argparse.Namespace) -> int:
        from operations.ci.health import health

        return health(arguments.environment, arguments.identity)

    _environment(_step(steps, "health", does, "sandbox --as plan", run))


def _drift(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  as above
    does = "preview a refresh and write what ./hybrid drift makes of it; hand edits are no failure"

    def run(arguments: argparse.Namespace) -> int:
        from operations.ci.drift import drift

        return drift(arguments.environment, arguments.identity, arguments.out)

    parser = _step(steps, "drift", does, "dev --as plan --out drift/dev.json", run)
    _environment(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where the report goes")


def _drift_issue(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  as above
    does = "render the one issue about drift from reports of ./hybrid drift --json, and bring it up to date if asked"

    def run(arguments: argparse.Namespace) -> int:
        from operations.ci.approved import link
        from operations.ci.commenting import ordered
        from operations.ci.drift_issue import body, reports, settle
        from operations.ci.places import summary, write

        where = arguments.link or link()
        text = body(reports(arguments.reports), ordered(), where)
        write(arguments.out, text)
        summary(text or "No drift.")
        if arguments.post:
            note(settle(text, where))
        return FINE

    parser = _step(steps, "drift-issue", does, "dev.json prod.json --out issue.md", run)
    parser.add_argument("reports", nargs="*", type=Path, metavar="FILE", help="what ./hybrid drift ENV --json printed")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where the text goes, empty if clean")
    parser.add_argument("--link", metavar="URL", help="where all of it is; otherwise the run, where there is one")
    parser.add_argument("--post", action="store_true", help="write, edit or close the issue on GitHub")


def _unlock(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  as above
    does = "show who holds the lock of a stack, break it if a runner does, and say what is pending"

    def run(arguments: argparse.Namespace) -> int:
        from operations.ci.locks import unlock

        return unlock(arguments.environment, arguments.confirm, anyone=arguments.anyone)

    parser = _step(steps, "unlock", does, "dev --confirm dev", run)
    parser.add_argument("environment", metavar="ENV", help="the environment")
    parser.add_argument("--confirm", required=True, metavar="ENV", help="the same name, typed again")
    parser.add_argument("--anyone", action="store_true", help="a lock that somebody else than a runner took, too")


def _setup(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  as above
    does = "print the commands that set up pool, identities, and environments of the code host, once"

    def run(arguments: argparse.Namespace) -> int:
        from operations.ci.bootstrap import github_commands, gitlab_commands

        lines = gitlab_commands(arguments.gitlab) if arguments.gitlab else github_commands()
        for line in lines:
            say(line)
        return FINE

    parser = _step(steps, "setup", does, "> setup.sh", run)
    parser.add_argument("--gitlab", metavar="GROUP/PROJECT", help="for a project on GitLab, in place of GitHub")
