"""What the accounts that run this program have before it first runs. It reports these grants and never touches them.

The account that plans reads; the one that applies acts only for jobs in the environment's GitHub environment. Which
tokens reach them is decided by the pool of the seed project (F14).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.organisation import AccountRoles
from model.estate import Environment
from model.planning.access.deployment import PROVIDER, subject
from model.planning.access.plans import SERVICE_ACCOUNT, BootstrapGrant, FederationPlan, Origin
from model.planning.access.words import short_role

PLAN: Final = "plan"
APPLY: Final = "apply"


def accounts(env: Environment) -> dict[str, tuple[str, AccountRoles]]:
    """Return the address and the roles of the accounts that plan and apply, by what they do."""
    deployers = env.organisation.deployers
    return {
        PLAN: (deployers.plan.replace("{environment}", env.name), deployers.plan_roles),
        APPLY: (deployers.apply.replace("{environment}", env.name), deployers.apply_roles),
    }


def bootstrap_grants(env: Environment) -> Iterator[BootstrapGrant]:
    """Give every role of the program's own accounts, by where it is."""
    facts = env.facts
    places = {
        "folder": facts.folder,
        "billing": f"billingAccounts/{env.organisation.google.billing_account}",
        "state": facts.state.bucket,
        "key": facts.state.key,
    }
    for purpose, (address, roles) in accounts(env).items():
        for field, resource in places.items():
            listed: tuple[str, ...] = getattr(roles, field)
            for number, role in enumerate(listed):
                yield BootstrapGrant(
                    key=f"{purpose}-{field}-{short_role(role)}",
                    resource=resource,
                    role=role,
                    member=f"{SERVICE_ACCOUNT}{address}",
                    reason=f"this program {'previews' if purpose == PLAN else 'applies'} with it",
                    origin=Origin(roles, (field, number)),
                )


def program_federations(env: Environment) -> Iterator[FederationPlan]:
    """Give which workflows act as the program's accounts.

    Any branch of the platform's repository plans; only jobs in the environment's GitHub environment apply.
    """
    organisation = env.organisation
    github = organisation.github
    found = accounts(env)
    reached = {
        PLAN: (None, f"attribute.repository_id/{github.platform_repository_id}"),
        APPLY: (env.name, subject(github.platform_repository, env.name)),
    }
    for purpose, (github_environment, who) in reached.items():
        yield FederationPlan(
            key=f"program-{purpose}",
            project=organisation.projects.seed.id,
            pool=organisation.deployers.pool,
            provider=PROVIDER,
            account=found[purpose][0],
            repositories=(github.platform_repository,),
            github_environment=github_environment,
            subjects=(who,),
            condition=(
                f'assertion.repository_owner_id == "{github.owner_id}" '
                f'&& assertion.repository_id == "{github.platform_repository_id}"'
            ),
            project_number=organisation.projects.seed.number,
            made_here=False,
            origin=Origin(organisation.deployers, (purpose,)),
        )
