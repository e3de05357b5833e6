"""A provider whose resources are described by facts: gcp and vsphere.

Check and Diff come from the facts. Create, Update and Delete change the world after its rules have agreed, all in one
step, so that of two creates of the same name one always loses. At preview no rule runs: the real providers have asked
nobody yet either.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Final

from rehearsal import rules
from rehearsal.case import Case, mapping, sequence
from rehearsal.check import DEFAULTS_KEY, CheckResult, ProviderDefaults, check
from rehearsal.checking.naming import named_input
from rehearsal.computed import computation, computed_inside
from rehearsal.computed.generic import generic_outputs
from rehearsal.diff import Difference, diff
from rehearsal.facts import Catalogue, ResourceFacts
from rehearsal.interception import ProviderError, Verb
from rehearsal.lookups.registry import Question, answer
from rehearsal.providers.base import Call, Made, Provider, Session, refused
from rehearsal.providers.merging import merged, own_part, with_unknown
from rehearsal.rules.permissions import Action
from rehearsal.values import UNKNOWN, Properties, Secret, Value, has_unknown, reveal
from rehearsal.world import Record, World
from rehearsal.world.seal import without_sealed

_MOVING: Final = frozenset(
    {
        "effectiveAnnotations",
        "effectiveLabels",
        "etag",
        "fingerprint",
        "labelFingerprint",
        "pulumiLabels",
        "updateTime",
        "updated",
    }
)
"""Outputs that follow every change of the object."""


class BridgedProvider(Provider):
    """The common part of gcp and vsphere. A subclass says how ids look and which lookups there are."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.facts = Catalogue.load(self.name)
        self.version = self.facts.version

    # What a subclass decides

    @abstractmethod
    def identity(self, case: Case) -> str:
        """Return the id that the object gets."""

    @abstractmethod
    def taken(self, case: Case, other: Record) -> None:
        """Refuse to create what exists already, or return where the API takes a repetition for success."""

    @abstractmethod
    def authorise(self, case: Case, action: Action) -> None:
        """Refuse what the account in use has no permission for; `case.id` is empty at a create."""

    def immutable(self, case: Case, field: str) -> str:
        """Say that a field can not be changed once the object is there."""
        return f"field '{field}' of '{case.id}' can not be changed"

    def defaults(self, session: Session) -> ProviderDefaults:  # noqa: ARG002  gcp reads the session
        """Return what the provider's configuration gives to each resource."""
        return ProviderDefaults()

    # The protocol

    def check(self, call: Call) -> CheckResult:
        """Validate against the facts and fill in the defaults; a generated name stays what it was."""
        facts = self.facts.resource(call.type)
        if facts is None:
            return refused(call, self._unknown(call.type))
        result = check(facts, call.inputs, defaults=self.defaults(call.session), urn_name=call.name)
        name = named_input(facts)
        if name is None or not (_filled_in(name, result.inputs) and _filled_in(name, call.old_inputs)):
            return result
        kept = {name: call.old_inputs[name]}
        return CheckResult({**result.inputs, **kept}, result.failures, {**result.planned, **kept})

    def diff(self, call: Call) -> Difference:
        """Compare by the facts."""
        return diff(
            self._facts(call.type), call.old_inputs, call.state, call.inputs, ignore_changes=call.ignore_changes
        )

    def create(self, call: Call) -> Made:
        """Make the object."""
        case = self._case(call, None)
        if call.preview:
            return Made("", self._foreseen(call))
        with self.world.held(), _explained(lambda: self.doing(case, "create")):
            self.authorise(case, "create")
            rules.apply("create", case)
            case = case.identified(self.identity(case))
            other = self.world.get(call.type, case.id)
            if other is not None:
                self.taken(case, other)
            outputs = self._with_secrets(case.facts, merged(self._computed(case), _given(call.inputs)))
            # Dated as its outputs are: an update computes some of them anew, from the date that the world keeps.
            made = Record(call.type, case.id, dict(call.inputs), outputs, created=self.world.now())
            record = self.world.put(made)
            rules.apply("created", self._of(record, case))
        return Made(record.id, outputs)

    def read(self, call: Call) -> Made:
        """Return the object as the world has it."""
        record = self.world.get(call.type, call.id) or self.world.get(call.type, self.import_id(call))
        case = self._case(call, record)
        with _explained(lambda: self.doing(case, "read")):
            self.authorise(case, "get")
        if record is None:
            return Made("", {})
        if call.state:
            outputs = self.world.unsealed(record.outputs, call.state)
            return Made(record.id, outputs, self.world.unsealed(record.inputs, call.old_inputs))
        # An import: nobody has the texts of the secrets, as the real APIs never show them.
        return Made(record.id, without_sealed(record.outputs), without_sealed(_given(record.inputs)))

    def update(self, call: Call) -> Properties:
        """Change the object in place."""
        facts = self._facts(call.type)
        gone = {key for key in call.old_inputs if key not in call.inputs and key not in facts.always}
        if call.preview:
            kept = {key: value for key, value in call.state.items() if key not in gone}
            return self._with_secrets(facts, merged(own_part(kept, call.old_inputs), _given(call.inputs)))
        record = self.world.get(call.type, call.id)
        case = self._case(call, record)
        with self.world.held(), _explained(lambda: self.doing(case, "update")):
            if record is None:
                raise ProviderError(f"googleapi: Error 404: The resource '{call.id}' was not found, notFound")
            self.authorise(case, "update")
            for field in self.diff(call).replaces:
                raise ProviderError(self.immutable(case, field))
            rules.apply("update", case)
            computed = self._computed(case)
            stays = {
                key: value
                for key, value in record.outputs.items()
                if key not in gone and not (key in _MOVING and key in computed)
            }
            own = {**computed, **own_part(stays, call.old_inputs), **self._recomputed(case)}
            outputs = merged(own, _given(call.inputs))
            known = {**call.state, **_given(call.inputs)}
            outputs = self._with_secrets(facts, self.world.unsealed(outputs, known))
            kept = self.world.put(Record(call.type, call.id, dict(call.inputs), outputs))
            rules.apply("updated", self._of(kept, case))
        return outputs

    def delete(self, call: Call) -> None:
        """Remove the object, if it is still there."""
        record = self.world.get(call.type, call.id)
        if record is None:
            return
        case = self._of(record, self._case(call, record))
        with self.world.held(), _explained(lambda: self.doing(case, "delete")):
            if not self.lets_go(case, call):
                return
            self.authorise(case, "delete")
            rules.apply("delete", case)
            self.world.remove(call.type, call.id)
            rules.apply("deleted", case)

    def lets_go(self, case: Case, call: Call) -> bool:  # noqa: ARG002  gcp reads both
        """Say whether a delete reaches the cloud at all."""
        return True

    def doing(self, case: Case, verb: Verb) -> str:
        """Say what was being done when an operation was refused."""
        if verb == "update":
            return f'Error updating {case.kind} "{case.id}"'
        return f"Error {'creating' if verb == 'create' else 'when reading or editing'} {case.kind}"

    def invoke(self, session: Session, token: str, arguments: Properties) -> Properties:
        """Answer a lookup; one that the facts do not know is refused by name."""
        facts = self.facts.function(token)
        if facts is None:
            return super().invoke(session, token, arguments)
        unknown = sorted(set(arguments) - set(facts.inputs))
        if unknown:
            raise ProviderError(f"invoking {token}: unknown argument '{unknown[0]}'; it has {', '.join(facts.inputs)}")
        missing = sorted(name for name in facts.required if arguments.get(name) is None)
        if missing:
            raise ProviderError(f"invoking {token}: missing required argument '{missing[0]}'")
        if any(has_unknown(value) for value in arguments.values()):
            return dict.fromkeys(facts.outputs, UNKNOWN)
        try:
            with self.world.held():
                return answer(Question(self.world, facts, arguments, session.settings))
        except ProviderError as error:
            raise ProviderError(f"invoking {token}: 1 error occurred:\n\t* {error.message}\n\n") from None

    def import_id(self, call: Call) -> str:
        """Return the provider's id for one of the other forms that an import takes."""
        return call.id

    def complete(self, record: Record) -> Record:
        """Return a seeded object with its computed outputs."""
        facts = self._facts(record.type)
        case = Case(self.world, facts, _plain(record.inputs), {}, record.id, id=record.id, old=record)
        outputs = merged(self._computed(case), record.inputs)
        with self.world.held():
            kept = self.world.put(Record(record.type, record.id, record.inputs, outputs))
            rules.apply("created", self._of(kept, case))
        return kept

    # Inside

    def _facts(self, token: str) -> ResourceFacts:
        facts = self.facts.resource(token)
        if facts is None:
            raise ProviderError(self._unknown(token))
        return facts

    def _unknown(self, token: str) -> str:
        return f"unknown resource type '{token}': the {self.name} provider {self.version} has none of that name"

    def _case(self, call: Call, old: Record | None) -> Case:
        given = call.inputs or (old.inputs if old else {})
        return Case(
            self.world, self._facts(call.type), _plain(given), call.session.settings, call.name, id=call.id, old=old
        )

    @staticmethod
    def _of(record: Record, case: Case) -> Case:
        return Case(
            case.world,
            case.facts,
            _plain(record.inputs),
            case.settings,
            case.name,
            id=record.id,
            old=record,
            outputs=record.outputs,
        )

    def _computed(self, case: Case) -> Properties:
        return {**generic_outputs(case), **self._recomputed(case)}

    @staticmethod
    def _recomputed(case: Case) -> Properties:
        own = computation(case.type)
        return own(case) if own is not None else {}

    def _foreseen(self, call: Call) -> Properties:
        facts = self._facts(call.type)
        unknown: Properties = {name: UNKNOWN for name in facts.always if call.inputs.get(name) is None}
        given: Value = _given(call.inputs)
        for path in computed_inside(call.type):
            given = with_unknown(given, path.split("."))
        return self._with_secrets(facts, {**unknown, **mapping(given)})

    @staticmethod
    def _with_secrets(facts: ResourceFacts, outputs: Mapping[str, Value]) -> Properties:
        return {
            name: Secret(value)
            if name in facts.outputs
            and facts.outputs[name].secret
            and value is not None
            and not isinstance(value, Secret)
            else value
            for name, value in outputs.items()
        }


def _filled_in(name: str, inputs: Properties) -> bool:
    """Say whether the provider chose the value of this input."""
    return name in inputs and name in sequence(inputs.get(DEFAULTS_KEY))


def _given(inputs: Properties) -> Properties:
    """Return the inputs without the bridge's own note in them."""
    return {key: value for key, value in inputs.items() if key != DEFAULTS_KEY}


def _plain(inputs: Properties) -> Properties:
    """Return what was given, with secrets open."""
    return {key: reveal(value) for key, value in _given(inputs).items() if value is not None}


class _explained:  # noqa: N801  reads as a phrase in `with`
    """Puts what was being done before the reason why it failed, in the form that the real providers print."""

    def __init__(self, doing: Callable[[], str]) -> None:
        self._doing = doing

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ProviderError):
            raise ProviderError(
                f"1 error occurred:\n\t* {self._doing()}: {error.message}\n\n", code=error.code
            ) from None
