# shellcheck shell=bash
# To be sourced by a job on GitLab: become an identity of ENVIRONMENT by exchanging the job's token, without a key.
# Argument: plan or apply. WORKLOAD_IDENTITY_PROVIDER and CLOUD_TOKEN come from .gitlab-ci.yml.
: "${WORKLOAD_IDENTITY_PROVIDER:?is not set: see docs/ci.md}" "${CLOUD_TOKEN:?is not set: the job asks for no id token}"
cloud_folder="$(mktemp -d)"
(umask 077 && printf '%s' "$CLOUD_TOKEN" >"$cloud_folder/token")
cloud_account="$(./hybrid ci settings "$ENVIRONMENT" --as "$1" | sed -n 's/^account=//p')"
gcloud iam workload-identity-pools create-cred-config "$WORKLOAD_IDENTITY_PROVIDER" \
    --service-account="$cloud_account" \
    --credential-source-file="$cloud_folder/token" \
    --output-file="$cloud_folder/credentials.json"
export GOOGLE_APPLICATION_CREDENTIALS="$cloud_folder/credentials.json"
export CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE="$cloud_folder/credentials.json"
unset CLOUD_TOKEN
