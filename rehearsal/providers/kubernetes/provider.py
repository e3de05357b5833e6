"""The provider: one instance per cluster, objects in a world.

The cluster is asked once, when the instance is configured. An instance whose cluster did not answer then keeps that for
the rest of its life: previews pass with the inputs as they are, real operations fail.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Final

from rehearsal.case import mapping, text
from rehearsal.check import CheckFailure, CheckResult
from rehearsal.diff import Difference, Kind
from rehearsal.interception import ProviderError
from rehearsal.providers.base import Call, Made, Provider, Session, refused
from rehearsal.providers.kubernetes.connection import active_cluster, connect
from rehearsal.providers.kubernetes.differences import AUTONAMED, difference, is_true
from rehearsal.providers.kubernetes.kinds import (
    CRD,
    NAMESPACE,
    KubernetesKind,
    built_in,
    defined,
    refusal,
    with_kind,
)
from rehearsal.providers.kubernetes.objects import sealed_inputs, served
from rehearsal.providers.kubernetes.pruning import pruned
from rehearsal.values import Properties, Unknown, Value, has_unknown, reveal
from rehearsal.world import Index, Record
from rehearsal.world.seal import without_sealed

_ALWAYS_THERE: Final = frozenset({"default", "kube-system", "kube-public", "kube-node-lease", "gke-connect"})
_PLACE: Final = "place"
_PROBLEM: Final = "problem"
_IN_NAMESPACE: Final = Index(
    lambda record: (f"{record.place} {record.id.partition('/')[0]}",) if record.place and "/" in record.id else ()
)
_FORCE: Final = "pulumi.com/patchForce"


class Kubernetes(Provider):
    """Kubernetes objects in the clusters of the world."""

    name = "kubernetes"
    version = version("pulumi_kubernetes")

    # The provider's own configuration

    def diff_config(self, old: Properties, new: Properties, urn: str) -> Difference:
        """Replace the provider, and with it all its objects, when it comes to mean another cluster.

        With `clusterIdentifier` only a change of that says so; without it, what the kubeconfig selects does, and a
        kubeconfig that is not known yet is taken for another cluster.
        """
        plain = super().diff_config(old, new, urn)
        before, after = reveal(old.get("clusterIdentifier")), reveal(new.get("clusterIdentifier"))
        if before is not None or after is not None:
            return _replacing(plain, ("clusterIdentifier",)) if before != after else plain
        unknown = next((key for key in ("kubeconfig", "context", "cluster") if has_unknown(new.get(key))), None)
        if unknown is not None:
            return Difference({unknown: "update-replace"}, (unknown,), False)
        if plain.changes and active_cluster(old) != active_cluster(new):
            return _replacing(plain, tuple(plain.changes))
        return plain

    def configure(self, session: Session) -> None:
        """Ask the cluster, once."""
        connection = connect(self.world, session.settings)
        session.notes[_PLACE] = connection.place
        session.notes[_PROBLEM] = connection.problem

    # Objects

    def check(self, call: Call) -> CheckResult:
        """Refuse kinds that nothing knows; fill in version, kind, namespace and, where there is none, the name."""
        reason = refusal(call.type)
        if reason is not None:
            return refused(call, reason)
        inputs: Properties = with_kind(call.inputs, call.type)
        metadata: Value = inputs.get("metadata", {})
        if not isinstance(metadata, Mapping):
            if isinstance(metadata, Unknown):
                return CheckResult(inputs, (), inputs)
            return CheckResult(inputs, (CheckFailure("metadata", "metadata must be an object"),), inputs)
        named = self._named(call, metadata)
        kind = self._kind(call)
        if kind is not None and kind.namespaced and named.get("namespace") is None:
            default = reveal(call.session.settings.get("namespace"))
            named = {**named, "namespace": text(default) or "default"}
        failures: tuple[CheckFailure, ...] = ()
        if kind is not None and not kind.namespaced and named.get("namespace") is not None and kind.group != "":
            named = {key: value for key, value in named.items() if key != "namespace"}
        checked: Properties = {**inputs, "metadata": named}
        return CheckResult(checked, failures, checked)

    def diff(self, call: Call) -> Difference:
        """Compare the inputs."""
        kind = text(reveal(call.inputs.get("kind")))
        return difference(kind, call.old_inputs, call.inputs, call.session.settings, call.ignore_changes)

    def create(self, call: Call) -> Made:
        """Apply the object; with server-side apply, one that is there already is taken over."""
        if call.preview:
            return Made("", call.inputs)
        place = self._reach(call)
        with self.world.held():
            kind = self._known_kind(call, place)
            inputs = sealed_inputs(kind, call.inputs)
            namespace, name = _whole_name(inputs)
            self._authorise(call, kind, "patch", namespace, name)
            id_ = f"{namespace}/{name}" if kind.namespaced else name
            self._require_namespace(place, kind, namespace, id_)
            old = self.world.get(call.type, id_, place=place)
            if kind.patch and not self._patchable(place, call.type, id_):
                raise _failed(id_, f'{kind.qualified} "{name}" not found')
            if old is not None:
                self._adopt(call, kind, old, id_)
            outputs = served(self.world, place, kind, inputs, old.outputs if old else None)
            self.world.put(Record(call.type, id_, dict(inputs), outputs, place=place))
        return Made(id_, outputs)

    def read(self, call: Call) -> Made:
        """Return the object as the cluster has it."""
        problem = call.session.notes.get(_PROBLEM, "")
        if problem:
            if is_true(call.session.settings.get("deleteUnreachable")):
                return Made("", {})
            if is_true(call.session.settings.get("skipUpdateUnreachable")) and call.state:
                return Made(call.id, call.state, call.old_inputs)
        record = self.world.get(call.type, call.id, place=self._reach(call))
        self._authorise(call, self._kind(call), "get", *_split(call.id))
        if record is None:
            return Made("", {})
        if call.state:
            outputs = self.world.unsealed(record.outputs, call.state)
            live = self.world.unsealed(record.inputs, call.old_inputs)
            return Made(record.id, outputs, pruned(live, call.old_inputs) if call.old_inputs else live)
        # An import: nobody has the texts of the secrets, and the world never had.
        return Made(record.id, without_sealed(record.outputs), without_sealed(record.inputs))

    def update(self, call: Call) -> Properties:
        """Apply the new inputs; one that somebody removed is made again."""
        if call.preview:
            kept = {key: value for key, value in call.state.items() if key in call.inputs or key == "status"}
            return {**kept, **call.inputs, "metadata": _merged(call.state.get("metadata"), call.inputs.get("metadata"))}
        if call.session.notes.get(_PROBLEM) and is_true(call.session.settings.get("skipUpdateUnreachable")):
            return call.state
        place = self._reach(call)
        with self.world.held():
            kind = self._known_kind(call, place)
            inputs = sealed_inputs(kind, call.inputs)
            self._authorise(call, kind, "patch", *_whole_name(inputs))
            self._require_namespace(place, kind, _whole_name(inputs)[0], call.id)
            old = self.world.get(call.type, call.id, place=place)
            before = self.world.unsealed(old.outputs, call.state) if old else None
            outputs = served(self.world, place, kind, inputs, before)
            self.world.put(Record(call.type, call.id, dict(inputs), outputs, place=place))
        return outputs

    def delete(self, call: Call) -> None:
        """Delete the object, and with a namespace or a definition all that lives by it."""
        if call.session.notes.get(_PROBLEM) and is_true(call.session.settings.get("deleteUnreachable")):
            return
        place = self._reach(call)
        with self.world.held():
            record = self.world.get(call.type, call.id, place=place)
            if record is None:
                return
            self._authorise(call, self._kind(call), "delete", *_split(call.id))
            self.world.remove(call.type, call.id, place=place)
            if call.type == NAMESPACE:
                self._empty_namespace(place, call.id)
            elif call.type == CRD:
                self._remove_instances(place, record)

    def complete(self, record: Record) -> Record:
        """Return a seeded object as the server would show it."""
        kind = built_in(record.type) or defined(self.world, record.place, record.type)
        if kind is None:
            return record
        inputs = with_kind(record.inputs, record.type)
        outputs = served(self.world, record.place, kind, sealed_inputs(kind, inputs), None)
        return self.world.put(replace(record, inputs=sealed_inputs(kind, inputs), outputs=outputs))

    # Inside

    def _authorise(self, call: Call, kind: KubernetesKind | None, verb: str, namespace: str, name: str) -> None:
        """Refuse what the account in use may not do in a cluster (`kubernetes.namespaces.patch`).

        The provider applies on the server's side, so making and changing an object are both a patch.
        """
        if kind is None or self.allows(call.session.settings, f"kubernetes.{kind.plural}.{verb}"):
            return
        where = f'in the namespace "{namespace}"' if kind.namespaced else "at the cluster scope"
        raise ProviderError(
            f'{kind.qualified} "{name}" is forbidden: User "{self.acting_as(call.session.settings)}" cannot {verb} '
            f'resource "{kind.plural}" in API group "{kind.group}" {where}'
        )

    def _reach(self, call: Call) -> str:
        problem = call.session.notes.get(_PROBLEM, "the provider instance was never configured")
        if problem:
            raise ProviderError(f"configured Kubernetes cluster is unreachable: {problem}")
        return call.session.notes[_PLACE]

    def _kind(self, call: Call) -> KubernetesKind | None:
        return built_in(call.type) or defined(self.world, call.session.notes.get(_PLACE, ""), call.type)

    def _known_kind(self, call: Call, place: str) -> KubernetesKind:
        kind = built_in(call.type) or defined(self.world, place, call.type)
        if kind is None:
            wanted, api_version = call.inputs.get("kind"), call.inputs.get("apiVersion")
            raise _failed(
                call.id or call.name,
                f'no matches for kind "{wanted}" in version "{api_version}": is its definition applied?',
            )
        return kind

    def _named(self, call: Call, metadata: Mapping[str, Value]) -> dict[str, Value]:
        if metadata.get("name") is not None or metadata.get("generateName") is not None:
            return dict(metadata)
        before = mapping(reveal(call.old_inputs.get("metadata")))
        annotations = {**mapping(metadata.get("annotations")), AUTONAMED: "true"}
        if AUTONAMED in mapping(before.get("annotations")):
            return {**metadata, "name": before.get("name"), "annotations": annotations}
        suffix = hashlib.sha256(call.urn.encode() + call.random_seed).hexdigest()[:8]
        return {**metadata, "name": f"{call.name}-{suffix}", "annotations": annotations}

    def _require_namespace(self, place: str, kind: KubernetesKind, namespace: str, id_: str) -> None:
        if not kind.namespaced or namespace in _ALWAYS_THERE:
            return
        if self.world.get(NAMESPACE, namespace, place=place) is None:
            raise _failed(id_, f'namespaces "{namespace}" not found')

    def _patchable(self, place: str, token: str, id_: str) -> bool:
        whole = token.removesuffix("Patch")
        return self.world.get(whole, id_, place=place) is not None or (whole == NAMESPACE and id_ in _ALWAYS_THERE)

    def _adopt(self, call: Call, kind: KubernetesKind, old: Record, id_: str) -> None:
        """Let server-side apply take over what agrees; what another manager set otherwise is a conflict."""
        settings = call.session.settings
        name = id_.rpartition("/")[2]
        if settings.get("enableServerSideApply") is not None and not is_true(settings.get("enableServerSideApply")):
            raise _failed(id_, f'{kind.qualified} "{name}" already exists')
        annotations = mapping(mapping(reveal(call.inputs.get("metadata"))).get("annotations"))
        if is_true(annotations.get(_FORCE)) or is_true(settings.get("enablePatchForce")):
            return
        before = {key: value for key, value in old.inputs.items() if key != "metadata"}
        given = {key: value for key, value in call.inputs.items() if key != "metadata"}
        known = self.world.unsealed(before, given)
        conflicts = [path for path, change in difference(kind.kind, known, given, {}, ()).changes.items()
                     if change.startswith("update")]  # fmt: skip
        if conflicts:
            listed = "".join(f"\n- .{path}" for path in conflicts)
            raise _failed(
                id_,
                f"the Kubernetes API server reported that {id_!r} could not be created with server-side apply due to "
                f"field conflicts: Apply failed with {len(conflicts)} conflict(s) with another field manager:{listed}",
            )

    def _empty_namespace(self, place: str, namespace: str) -> None:
        for token in self.world.types():
            for record in self.world.found(_IN_NAMESPACE, token, f"{place} {namespace}"):
                self.world.remove(record.type, record.id, place=place)

    def _remove_instances(self, place: str, definition: Record) -> None:
        spec = mapping(definition.outputs.get("spec"))
        group, kind = text(spec.get("group")), text(mapping(spec.get("names")).get("kind"))
        for record in self.world.all():
            token = record.type.split(":")
            if record.place == place and token[1].rpartition("/")[0] == group and token[2] == kind:
                self.world.remove(record.type, record.id, place=place)


def _failed(id_: str, reason: str) -> ProviderError:
    return ProviderError(f"resource {id_} was not successfully created by the Kubernetes API server: {reason}")


def _split(id_: str) -> tuple[str, str]:
    """Return namespace and name of an id; the namespace is empty where it has none."""
    namespace, _, name = id_.rpartition("/")
    return namespace, name


def _whole_name(inputs: Properties) -> tuple[str, str]:
    metadata = mapping(reveal(inputs.get("metadata")))
    return text(metadata.get("namespace")), text(metadata.get("name"))


def _merged(old: Value, new: Value) -> Value:
    return {**mapping(reveal(old)), **mapping(new)}


def _replacing(plain: Difference, keys: Sequence[str]) -> Difference:
    changes: dict[str, Kind] = {key: "update-replace" if key in keys else kind for key, kind in plain.changes.items()}
    return Difference(changes, tuple(keys), False)
