#!/usr/bin/env bash
# Break the lock of a stack. ENVIRONMENT and CONFIRM name it, ANYONE=true says that it need not be a runner's.
set -euo pipefail
anyone=()
if [[ ${ANYONE:-false} == true ]]; then
    anyone=(--anyone)
fi
exec ./hybrid ci unlock "$ENVIRONMENT" --confirm "$CONFIRM" "${anyone[@]}"
