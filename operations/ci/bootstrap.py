"""The commands that make, once, what the workflows need: the pool, the identities with their roles, the environments.

They follow from the same functions as the report on access, so that what is printed here is what `./hybrid access`
shows. State buckets and keys are in docs/credentials.md.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Final

from model.estate import Environment
from model.planning.access.bootstrap import APPLY, bootstrap_grants, program_federations
from model.planning.access.deployment import ACT_AS, ISSUER, MAPPING
from model.planning.access.plans import SERVICE_ACCOUNT
from operations.ci.errors import WrongUseError
from operations.ci.settings import IDENTITIES, environments, settings

GITHUB_MAPPING: Final = {**MAPPING, "attribute.repository_id": "assertion.repository_id"}
"""What bindings of the program's own pool name: the repository's number, since a name can be taken over."""
GITLAB_ISSUER: Final = "https://gitlab.com"
GITLAB_POOL: Final = "gitlab"
GITLAB_PROVIDER: Final = "gitlab-provider"
GITLAB_MAPPING: Final = {
    "google.subject": "assertion.sub",
    "attribute.project_path": "assertion.project_path",
    "attribute.deploys": (
        "has(assertion.environment) && assertion.environment_protected == 'true' && assertion.ref_protected == 'true' "
        "? assertion.environment : 'nothing'"
    ),
}
"""A job deploys where it runs for a protected branch in a protected environment
(https://docs.gitlab.com/ci/secrets/id_token_authentication/#token-payload)."""
BRANCH: Final = "main"
_PATH: Final = re.compile(r"[\w.-]+(/[\w.-]+)+", re.ASCII)
_CONSUMER: Final = "roles/serviceusage.serviceUsageConsumer"
_READER: Final = "roles/secretmanager.secretAccessor"


def github_commands() -> Iterator[str]:
    """Give the commands for GitHub, in the order in which they are run."""
    known = environments()
    first = next(iter(known.values()))
    github, seed = first.organisation.github, first.organisation.projects.seed
    plan = next(iter(program_federations(first)))
    yield "# Once for all environments: who signs the tokens, and which are let in."
    yield from _pool(seed.id, plan.pool, plan.provider, issuer=ISSUER, mapping=GITHUB_MAPPING, condition=plan.condition)
    for env in known.values():
        yield ""
        yield f"# {env.name}: two identities. Who may act as each, then what each may do."
        for each in program_federations(env):
            yield from _identity(env, each.account, each.members)
        yield from _roles(env)
        yield from _github_environment(env, github.platform_repository)
    yield ""
    yield "# Now the workflows may use them."
    yield _words("gh", "variable", "set", "CREDENTIALS", "--repo", github.platform_repository, "--body", "yes")


def gitlab_commands(project: str) -> Iterator[str]:
    """Give the commands for a project on GitLab, `group/project`. Raises `WrongUseError`."""
    if not _PATH.fullmatch(project):
        raise WrongUseError(f"'{project}' is no path of a project on GitLab: give group/project")
    known = environments()
    seed = next(iter(known.values())).organisation.projects.seed
    pool = f"projects/{seed.number}/locations/global/workloadIdentityPools/{GITLAB_POOL}"
    yield "# Once for all environments: who signs the tokens, and which are let in."
    condition = f'assertion.project_path == "{project}"'
    yield from _pool(
        seed.id, GITLAB_POOL, GITLAB_PROVIDER, issuer=GITLAB_ISSUER, mapping=GITLAB_MAPPING, condition=condition
    )
    for env in known.values():
        yield ""
        yield f"# {env.name}: two identities. Who may act as each, then what each may do."
        for each in program_federations(env):
            applies = each.key.endswith(APPLY)
            which = f"attribute.deploys/{env.name}" if applies else f"attribute.project_path/{project}"
            yield from _identity(env, each.account, (f"principalSet://iam.googleapis.com/{pool}/{which}",))
        yield from _roles(env)
    yield ""
    yield "# Variables of the project, under Settings, CI/CD:"
    yield f"#   WORKLOAD_IDENTITY_PROVIDER  {pool}/providers/{GITLAB_PROVIDER}"
    yield "#   GITLAB_NOTE_TOKEN           a project access token with the scope api; masked"
    yield f"# Protected environments, under the same: {', '.join(known)}; prod with approvals."


def _pool(
    project: str, pool: str, provider: str, *, issuer: str, mapping: Mapping[str, str], condition: str
) -> Iterator[str]:
    common = ("--project", project, "--location", "global")
    yield _words("gcloud", "iam", "workload-identity-pools", "create", pool, *common)
    yield _words(
        *("gcloud", "iam", "workload-identity-pools", "providers", "create-oidc", provider, *common),
        f"--workload-identity-pool={pool}",
        f"--issuer-uri={issuer}",
        # Another mark between values than a comma: https://cloud.google.com/sdk/gcloud/reference/topic/escaping
        f"--attribute-mapping=^;^{';'.join(f'{name}={value}' for name, value in mapping.items())}",
        f"--attribute-condition={condition}",
    )


def _identity(env: Environment, account: str, members: tuple[str, ...]) -> Iterator[str]:
    project = env.organisation.projects.seed.id
    yield _words("gcloud", "iam", "service-accounts", "create", account.partition("@")[0], "--project", project)
    for member in members:
        yield _words(
            *("gcloud", "iam", "service-accounts", "add-iam-policy-binding", account, "--project", project),
            *(f"--role={ACT_AS}", f"--member={member}"),
        )


def _roles(env: Environment) -> Iterator[str]:
    for grant in bootstrap_grants(env):
        kind, _, name = grant.resource.partition("/")
        if kind == "folders":
            where = ["resource-manager", "folders", "add-iam-policy-binding", name, "--condition=None"]
        elif kind == "billingAccounts":
            where = ["billing", "accounts", "add-iam-policy-binding", name]
        elif grant.resource.startswith("gs://"):
            where = ["storage", "buckets", "add-iam-policy-binding", grant.resource]
        else:
            where = ["kms", "keys", "add-iam-policy-binding", grant.resource]
        yield _words("gcloud", *where, f"--member={grant.member}", f"--role={grant.role}")
    for identity in IDENTITIES:
        given = settings(env, identity)
        member = f"--member={SERVICE_ACCOUNT}{given.account}"
        project, secret = given.vcenter_secret
        where = ["secrets", "add-iam-policy-binding", secret, "--project", project]
        yield _words("gcloud", *where, member, f"--role={_READER}")
        for place in (env.facts.projects.cluster.id, env.facts.projects.network.id):
            where = ["projects", "add-iam-policy-binding", place, "--condition=None"]
            yield _words("gcloud", *where, member, f"--role={_CONSUMER}")


def _github_environment(env: Environment, repository: str) -> Iterator[str]:
    """Give the commands for an environment that only the main branch deploys to, with reviewers where the ring has any.

    The group of reviewers is a team on GitHub of the same name
    (https://docs.github.com/en/rest/deployments/environments).
    """
    organisation = env.organisation
    ring = organisation.promotion.ring_of(env.name) if organisation.promotion else None
    fields: dict[str, object] = {
        "deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": True},
    }
    place = f"repos/{repository}/environments/{env.name}"
    if ring is not None and ring.reviewers is not None:
        team = ring.reviewers.group.partition("@")[0]
        yield f'team="$(gh api orgs/{organisation.github.organisation}/teams/{team} --jq .id)"'
        fields |= {"prevent_self_review": True, "reviewers": [{"type": "Team", "id": 0}]}
        text = json.dumps(fields).replace('"id": 0', '"id": %s')
        yield f"""printf '{text}' "$team" | gh api --method PUT {place} --input -"""
    else:
        yield f"printf '%s' {shlex.quote(json.dumps(fields))} | gh api --method PUT {place} --input -"
    yield _words("gh", "api", "--method", "POST", f"{place}/deployment-branch-policies", "-f", f"name={BRANCH}")


def _words(*words: str) -> str:
    return shlex.join(words)
