"""What a job needs to work on a stack as one of its two identities, read from the reviewed files.

Nothing of it is secret, and nothing of it is set a second time in the code host: the account and the provider that
tokens are exchanged through, the backend, and where vCenter's password is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model.config.load import load
from model.config.wording import suggest
from model.estate import Environment
from model.planning.access.bootstrap import APPLY, PLAN, program_federations
from operations.ci.errors import CiError, WrongUseError
from operations.project import ROOT

IDENTITIES: Final = (PLAN, APPLY)
_SECRET: Final = "sm://"  # noqa: S105  how a reference begins


@dataclass(frozen=True, slots=True)
class Settings:
    """How one identity reaches one environment. `vcenter_secret` is the project and the name of its password."""

    environment: str
    identity: str
    account: str
    provider: str
    backend: str
    vcenter_user: str
    vcenter_secret: tuple[str, str]

    def outputs(self) -> Mapping[str, str]:
        """Return what the workflows read, by name: a value a line."""
        return {"account": self.account, "provider": self.provider, "backend": self.backend}


def environments(root: Path = ROOT) -> Mapping[str, Environment]:
    """Return the environments of the files by name. Raises `CiError` where they can not be read."""
    estate = load(root).estate
    if estate is None:
        raise CiError("the stack files can not be read: ./hybrid check says why")
    return estate.environments


def environment(name: str, root: Path = ROOT) -> Environment:
    """Return an environment of the files. Raises `CiError` for one that is not there."""
    known = environments(root)
    if name not in known:
        raise WrongUseError(f"no environment '{name}'; {suggest(name, list(known)) or './hybrid check says why'}")
    return known[name]


def settings(env: Environment, identity: str) -> Settings:
    """Return how `identity`, plan or apply, reaches an environment. Raises `CiError`."""
    plan = next(each for each in program_federations(env) if each.key == f"program-{identity}")
    if plan.pool_name is None:
        raise CiError("the seed project has no number: write `projects.seed.number` into stacks/organisation.yaml")
    access = env.onprem.vsphere.access
    user, reference = (
        (access.plan_account, access.plan_credentials) if identity == PLAN else (access.account, access.credentials)
    )
    project, _, secret = reference.removeprefix(_SECRET).partition("/")
    return Settings(
        environment=env.name,
        identity=identity,
        account=plan.account,
        provider=f"{plan.pool_name}/providers/{plan.provider}",
        backend=env.facts.state.bucket,
        vcenter_user=user,
        vcenter_secret=(project, secret),
    )
