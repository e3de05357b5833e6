"""What a program registered: resources with their options, and the questions it asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from operations.record.values import Json, Value, as_json


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long operations may take, as given (`2h`); empty means the provider's own."""

    create: str = ""
    update: str = ""
    delete: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one registration."""

    protect: bool = False
    delete_before_replace: bool | None = None
    import_id: str | None = None
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    timeouts: Timeouts | None = None
    aliases: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    """URNs of everything it waits for, in order; inputs' sources among them."""
    retain_on_delete: bool = False
    deleted_with: str | None = None
    replace_with: tuple[str, ...] = ()
    secret_outputs: tuple[str, ...] = ()
    providers: Mapping[str, str] | None = None
    """A component's providers by package, as URNs."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One resource as the program registered it."""

    urn: str
    type: str
    name: str
    parent: str | None
    """The parent's URN; None right below the stack."""
    custom: bool
    """False for a component."""
    provider: str | None
    """The URN of its explicit provider; None would mean a default one."""
    inputs: Mapping[str, Value]
    sources: Mapping[str, tuple[str, ...]]
    """By input, the URNs of the resources whose outputs it is made of."""
    options: Options
    read: str | None = None
    """The id, when the program reads an existing resource and does not manage it."""

    @property
    def is_provider(self) -> bool:
        """Whether it configures a provider."""
        return self.type.startswith("pulumi:providers:")

    def as_json(self) -> dict[str, Json]:
        """Return it for a file; secrets are not written."""
        options = self.options
        return {
            "urn": self.urn,
            "type": self.type,
            "name": self.name,
            "parent": self.parent,
            "custom": self.custom,
            "provider": self.provider,
            "read": self.read,
            "inputs": {name: as_json(value) for name, value in self.inputs.items()},
            "options": {
                "protect": options.protect,
                "deleteBeforeReplace": options.delete_before_replace,
                "import": options.import_id,
                "ignoreChanges": list(options.ignore_changes),
                "replaceOnChanges": list(options.replace_on_changes),
                "customTimeouts": None
                if options.timeouts is None
                else {
                    "create": options.timeouts.create,
                    "update": options.timeouts.update,
                    "delete": options.timeouts.delete,
                },
                "aliases": list(options.aliases),
                "dependsOn": list(options.depends_on),
                "retainOnDelete": options.retain_on_delete,
                "deletedWith": options.deleted_with,
                "replaceWith": list(options.replace_with),
                "additionalSecretOutputs": list(options.secret_outputs),
            },
        }


@dataclass(frozen=True, slots=True)
class Invoked:
    """One look-up the program made."""

    token: str
    arguments: Mapping[str, Value]
    provider: str | None
    """The URN of its explicit provider; None would mean a default one."""
    answered: bool
    """False when the result was left unknown, as in a preview before anything exists."""

    def as_json(self) -> dict[str, Json]:
        """Return it for a file."""
        return {
            "token": self.token,
            "arguments": {name: as_json(value) for name, value in self.arguments.items()},
            "provider": self.provider,
            "answered": self.answered,
        }
