"""What Kubernetes' own roles allow, as the API server has them; run as a program, it writes them for the model.

python -m tests.apiserver.roles
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final, TypeAlias

from model.config.access import ClusterRole
from model.planning.rbac import CORE, EVERYONE, FILE
from operations.control_plane import KUBERNETES, acquire
from tests.apiserver.client import Client
from tests.apiserver.server import ROLES, served

READ: Final = (*(role.value for role in ClusterRole), EVERYONE)
_VERBS: Final = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")
_HEAD: Final = f"""\
# What Kubernetes' own roles allow: role, API group ({CORE}: the one without a name), verbs, resources. `*` is any.
# Read from an API server by `python -m tests.apiserver.roles`; a test holds it equal to one. Roles for people are
# described at https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles.
"""

Table: TypeAlias = dict[tuple[str, str], frozenset[str]]
"""By API group and resource, the verbs."""


def real_rights(admin: Client, role: str) -> Table:
    """Return what a role allows on resources. Raises ValueError for a rule that is about named objects alone."""
    found: Table = {}
    for rule in admin.ask("GET", f"{ROLES}/{role}")["rules"]:
        if rule.get("resourceNames"):
            raise ValueError(f"role {role} is about named objects, which the model's table can not say: {rule}")
        for group in rule.get("apiGroups", []):
            for resource in rule.get("resources", []):
                key = (group, resource)
                found[key] = found.get(key, frozenset()) | frozenset(rule["verbs"])
    return found


def page(tables: dict[str, Table]) -> str:
    """Return the model's file of these roles."""
    lines = [_HEAD + f"kubernetes: {KUBERNETES}", "roles:"]
    for role, table in tables.items():
        lines.append(f"  {role}:")
        groups: dict[str, dict[str, list[str]]] = {}
        for (group, resource), verbs in sorted(table.items()):
            groups.setdefault(group or CORE, {}).setdefault(_said(verbs), []).append(resource)
        for group, by_verbs in groups.items():
            lines.append(f"    {_quoted(group)}:")
            lines += [f"      {_quoted(verbs)}: [{', '.join(map(_quoted, held))}]" for verbs, held in by_verbs.items()]
    return "\n".join(lines) + "\n"


def _said(verbs: frozenset[str]) -> str:
    return " ".join(sorted(verbs, key=lambda verb: (_VERBS.index(verb) if verb in _VERBS else len(_VERBS), verb)))


def _quoted(text: str) -> str:
    return f'"{text}"' if text.startswith("*") else text


def main() -> None:
    """Write the file."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served(acquire(lambda line: print(line, flush=True)), Path(folder)) as server,  # noqa: T201  a program's own output
        server.client() as admin,
    ):
        FILE.write_text(page({role: real_rights(admin, role) for role in READ}), encoding="utf-8")


if __name__ == "__main__":
    main()
