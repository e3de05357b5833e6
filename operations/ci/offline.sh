#!/usr/bin/env bash
# The review of a change without credentials, against where its branch left the target. Argument: where the page goes.
set -euo pipefail
base="${CI_MERGE_REQUEST_DIFF_BASE_SHA:-}"
if [[ -z $base ]]; then
    base="$(git merge-base "origin/${GITHUB_BASE_REF:?is not set: this is no pull request}" HEAD)"
fi
exec ./hybrid ci offline --base "$base" --out "$1"
