"""What a recorded input holds, read off the resource protocol's own form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from google.protobuf import struct_pb2


class Unknown(Enum):
    """A value that the provider decides when the resource is made."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        """Write it as people say it."""
        return "<unknown>"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that is encrypted in the state and never shown."""

    value: Value

    def __repr__(self) -> str:
        """Hide the value, since a failed assertion prints it."""
        return "<secret>"


Value: TypeAlias = "bool | int | float | str | Unknown | Secret | tuple[Value, ...] | Mapping[str, Value] | None"
Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

# The protocol marks what plain JSON can not say with strings of its own:
# https://github.com/pulumi/pulumi/blob/master/sdk/proto/go/resource.proto and sdk/python/lib/pulumi/runtime/rpc.py.
_UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  a marker of the protocol
_RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"


def decode(value: struct_pb2.Value) -> Value:
    """Return a value of the protocol: secrets and unknowns marked, whole numbers as int, a resource as its URN."""
    match value.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if value.string_value == _UNKNOWN_TEXT else value.string_value
        case "bool_value":
            return value.bool_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "list_value":
            return tuple(decode(each) for each in value.list_value.values)
        case "struct_value":
            return _decode_fields(value.struct_value)
        case _:
            return None


def decode_all(fields: struct_pb2.Struct) -> dict[str, Value]:
    """Return the properties of a resource or the arguments of an invoke, in the order of their names."""
    return {name: decode(fields.fields[name]) for name in sorted(fields.fields)}


def secret(value: struct_pb2.Value) -> struct_pb2.Value:
    """Return a value of the protocol marked as a secret."""
    marked = struct_pb2.Struct()
    marked.fields[_SIGNATURE].string_value = _SECRET
    marked.fields["value"].CopyFrom(value)
    return struct_pb2.Value(struct_value=marked)


def _decode_fields(fields: struct_pb2.Struct) -> Value:
    signature = fields.fields[_SIGNATURE].string_value if _SIGNATURE in fields.fields else None
    if signature == _SECRET:
        return Secret(decode(fields.fields["value"]))
    if signature == _RESOURCE:
        return fields.fields["urn"].string_value
    return decode_all(fields)


def as_json(value: Value) -> Json:
    """Return a value for people and files. A secret is said to be one and never written."""
    match value:
        case Secret():
            return {"secret": True}
        case Unknown():
            return {"unknown": True}
        case None | bool() | int() | float() | str():
            return value
        case tuple():
            return [as_json(each) for each in value]
        case _:
            return {name: as_json(each) for name, each in value.items()}


def holds(value: Value, kind: type[Secret | Unknown]) -> bool:
    """Say whether a secret, or an unknown, is anywhere inside."""
    match value:
        case Unknown():
            return kind is Unknown
        case Secret():
            return kind is Secret or holds(value.value, kind)
        case None | bool() | int() | float() | str():
            return False
        case tuple():
            return any(holds(each, kind) for each in value)
        case _:
            return any(holds(each, kind) for each in value.values())


def bare(value: Value) -> Value:
    """Return a value without the marks of its secrets, to be compared."""
    match value:
        case Secret():
            return bare(value.value)
        case Unknown() | None | bool() | int() | float() | str():
            return value
        case tuple():
            return tuple(bare(each) for each in value)
        case _:
            return {name: bare(each) for name, each in value.items()}
