#!/usr/bin/env bash
# The one issue about drift. Arguments: the folder with the reports, and where the text goes.
set -euo pipefail
shopt -s nullglob
reports=("$1"/*.json)
exec ./hybrid ci drift-issue "${reports[@]}" --out "$2" --post
