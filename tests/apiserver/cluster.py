"""A cluster of an environment, played on the API server: what the program applies to it, and nothing of the last one.

What is applied is what the program registered for the cluster's provider, in the strict recorder; there is no second
list.
"""

from __future__ import annotations

import http.client
import itertools
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Final, cast

from operations.record import Recorded, Recording
from operations.record.values import as_json
from tests.apiserver.client import Client, Object, RefusedError
from tests.apiserver.server import Server

RBAC: Final = "rbac.authorization.k8s.io"
_FIRST: Final = ("Namespace", "ClusterRole", "Role")
_SECONDS: Final = 20.0
_SENTINELS: Final = itertools.count()


def manifests(recording: Recording, cluster: str) -> list[Object]:
    """Return what the program applies to `cluster`: the objects of the Kubernetes provider that is named after it.

    Namespaces come first, then roles, then what refers to them.
    """
    found = [
        cast("Object", as_json(each.inputs))
        for each in recording.resources
        if each.type.startswith("kubernetes:") and _provider(each) == f"{cluster}-kubernetes"
    ]
    order = {kind: place for place, kind in enumerate(_FIRST)}
    return sorted(found, key=lambda each: (order.get(each["kind"], len(order)), each["metadata"]["name"]))


def _provider(recorded: Recorded) -> str:
    return (recorded.provider or "").rsplit("::", 1)[-1]


@contextmanager
def played(server: Server, objects: Iterable[Object]) -> Generator[Client]:
    """Apply `objects`, give the administrator's connection when the authorizer knows them, and delete them again."""
    made: list[tuple[Object, str]] = []
    with server.client() as admin:
        try:
            for each in objects:
                path = _collection(admin, each)
                admin.ask("POST", path, each)
                made.append((each, f"{path}/{each['metadata']['name']}"))
            _settle(admin)
            yield admin
        finally:
            for each, path in reversed(made):
                _delete(admin, each, path)


def _collection(admin: Client, manifest: Object) -> str:
    """Return where objects of this kind are made. Raises LookupError for a kind that this API server does not have."""
    version, kind = manifest["apiVersion"], manifest["kind"]
    plural, namespaced = _kinds(admin, version).get(kind, ("", False))
    if not plural:
        raise LookupError(
            f"the program applies {version} {kind}, which Kubernetes alone does not have: teach this tier"
        )
    within = f"namespaces/{manifest['metadata']['namespace']}/" if namespaced else ""
    return f"{_root(version)}/{within}{plural}"


def _root(version: str) -> str:
    return f"/apis/{version}" if "/" in version else f"/api/{version}"


_KINDS: Final[dict[str, dict[str, tuple[str, bool]]]] = {}
"""By API version and kind, the plural, and whether objects are in a namespace."""


def _kinds(admin: Client, version: str) -> dict[str, tuple[str, bool]]:
    if version not in _KINDS:
        try:
            listed = cast("list[Object]", admin.ask("GET", _root(version))["resources"])
        except RefusedError as refused:
            if refused.status != http.client.NOT_FOUND:
                raise
            listed = []
        _KINDS[version] = {
            each["kind"]: (each["name"], bool(each["namespaced"])) for each in listed if "/" not in each["name"]
        }
    return _KINDS[version]


def _delete(admin: Client, manifest: Object, path: str) -> None:
    admin.ask("DELETE", path)
    if manifest["kind"] == "Namespace":
        # The controller that empties a namespace and lets it go does not run here.
        going = admin.ask("GET", path)
        going["spec"]["finalizers"] = []
        admin.ask("PUT", f"{path}/finalize", going)


def _settle(admin: Client) -> None:
    """Wait until the authorizer has seen everything up to now.

    It watches roles and bindings, each kind in the order of its changes: what is made last is seen last.
    """
    name = f"sentinel-{next(_SENTINELS)}"
    rule = {"apiGroups": ["sentinel.example"], "resources": [name], "verbs": ["get"]}
    subject = {"apiGroup": RBAC, "kind": "User", "name": name}
    made: list[str] = []
    for within, kind, namespace in (("", "ClusterRole", None), ("namespaces/kube-public/", "Role", "kube-public")):
        metadata = {"name": name} if namespace is None else {"name": name, "namespace": namespace}
        path = f"{_root(f'{RBAC}/v1')}/{within}{kind.lower()}"
        admin.ask("POST", f"{path}s", {"metadata": metadata, "rules": [rule]})
        reference = {"apiGroup": RBAC, "kind": kind, "name": name}
        admin.ask("POST", f"{path}bindings", {"metadata": metadata, "roleRef": reference, "subjects": [subject]})
        made += [f"{path}s/{name}", f"{path}bindings/{name}"]
    deadline = time.monotonic() + _SECONDS
    wanted = {"verb": "get", "group": "sentinel.example", "resource": name}
    # The binding in the namespace alone must not be what answers for the cluster, nor the other way round.
    while not admin.may(wanted, name, ()):
        _late(deadline)
    admin.ask("DELETE", made[1])
    while admin.may(wanted, name, ()):
        _late(deadline)
    while not admin.may({**wanted, "namespace": "kube-public"}, name, ()):
        _late(deadline)
    for path in (made[0], *made[2:]):
        admin.ask("DELETE", path)


def _late(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise AssertionError("the authorizer has not seen what was applied")
    time.sleep(0.02)
