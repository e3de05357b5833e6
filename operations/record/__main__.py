"""`python -m operations.record <environment> [--json]`: what the program of an environment registers."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import cast

import pulumi

from infra.program import ROOT
from operations.record.environment import record_environment


def main(arguments: list[str] | None = None) -> int:
    """Record one environment and write it to standard output; 1 if the program refuses."""
    parser = argparse.ArgumentParser(prog="python -m operations.record", description=__doc__)
    parser.add_argument("environment", help="the environment, as in stacks/Pulumi.<environment>.yaml")
    parser.add_argument("--json", action="store_true", help="write everything as JSON; secrets are never written")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project whose files are read; by default this one")
    given = parser.parse_args(arguments)

    try:
        recording = record_environment(str(given.environment), root=cast("Path", given.root))
    except pulumi.RunError as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    if given.json:
        json.dump(recording.as_json(), sys.stdout, indent=1)
        sys.stdout.write("\n")
        return 0
    for each in recording.resources:
        mark = "protected" if each.options.protect else ""
        sys.stdout.write(f"{each.type:60} {each.name:60} {mark}".rstrip() + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
