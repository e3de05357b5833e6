#!/usr/bin/env bash
# The one comment of a change. Arguments: github or gitlab, the folder with a folder of each preview, the folder with
# review.md, and where the comment goes. What is missing is said in the comment.
set -euo pipefail
shopt -s nullglob
host="$1" previews=("$2"/*/) offline=("$3"/review.md "$3"/*/review.md) out="$4"

simulated=()
for each in "${offline[@]}"; do
    if [[ -f $each ]]; then
        simulated=(--simulated "$each")
    fi
done
exec ./hybrid ci comment "${previews[@]}" --out "$out" --post "$host" "${simulated[@]}"
