#!/usr/bin/env bash
# The planned change of ENVIRONMENT, if it is still what was approved. Argument: what `./hybrid ci plan` left behind.
set -euo pipefail
approved="$1"
digest="$(sed -n 's/^digest=//p' "$approved/outputs.env")"
changed="$(sed -n 's/^changed=//p' "$approved/outputs.env")"
if [[ $changed != true ]]; then
    echo "$ENVIRONMENT: nothing changes"
    exit 0
fi

now="$(mktemp -d)"
./hybrid ci plan "$ENVIRONMENT" --as apply --folder "$now"
./hybrid verify "$ENVIRONMENT" --digest "$digest" --from-preview "$now/preview.json" --approved "$approved/review.json"
./hybrid ci run --as apply "$ENVIRONMENT" \
    pulumi up --yes --non-interactive --skip-preview --stack "$ENVIRONMENT"
./hybrid ci health "$ENVIRONMENT" --as apply
