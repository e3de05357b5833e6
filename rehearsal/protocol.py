"""Between the engine's protocol messages and `rehearsal.values`.

A property bag crosses the wire as a `google.protobuf.Struct` in which some things have a code: an unknown is a
sentinel string, a secret or an output is an object with a signature key. The codes are those of the engine's property
marshalling (pulumi/pulumi, sdk/go/common/resource/plugin/rpc.go).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from google.protobuf.struct_pb2 import ListValue, Struct
from google.protobuf.struct_pb2 import Value as Wire

from rehearsal.values import UNKNOWN, Properties, Secret, Unknown, Value

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  the protocol's public name for "secret", not one
_OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
_REFUSED: Final = {
    "c44067f5952c0a294b673a41bacd8c17": "an asset",
    "0def7320c3a5731c473e5ecbe6d01bc7": "an archive",
}
_UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWNS: Final = frozenset(
    {
        _UNKNOWN_STRING,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)
_EXACT: Final = 2**53


class UnsupportedValueError(Exception):
    """A value of a kind that no resource of the simulated clouds takes: an asset or an archive."""


def decode(message: Struct) -> Properties:
    """Return the properties that `message` carries.

    Whole numbers come out as `int` (the wire knows only doubles). Raises `UnsupportedValueError` for an asset or an
    archive, by the name of its property.
    """
    return {key: _decode(item, key) for key, item in message.fields.items()}


def _decode(wire: Wire, path: str) -> Value:
    kind = wire.WhichOneof("kind")
    if kind == "string_value":
        text = wire.string_value
        return UNKNOWN if text in _UNKNOWNS else text
    if kind == "bool_value":
        return wire.bool_value
    if kind == "number_value":
        number = wire.number_value
        return int(number) if number.is_integer() and abs(number) < _EXACT else number
    if kind == "struct_value":
        return _decode_object(wire.struct_value, path)
    if kind == "list_value":
        return [_decode(item, f"{path}[{index}]") for index, item in enumerate(wire.list_value.values)]
    return None


def _decode_object(message: Struct, path: str) -> Value:
    fields = message.fields
    if SIGNATURE not in fields:
        return {key: _decode(item, f"{path}.{key}") for key, item in fields.items()}
    signature = fields[SIGNATURE].string_value
    if signature == _SECRET:
        return Secret(_decode(fields["value"], path))
    if signature == _OUTPUT:
        inner: Value = _decode(fields["value"], path) if "value" in fields else UNKNOWN
        return Secret(inner) if "secret" in fields and fields["secret"].bool_value else inner
    if signature == _RESOURCE:
        return _decode(fields["id"], path) if "id" in fields else fields["urn"].string_value
    what = _REFUSED.get(signature, f"a value with the signature {signature}")
    raise UnsupportedValueError(f"property '{path}' is {what}; the simulated clouds take none")


def encode(properties: Mapping[str, Value]) -> Struct:
    """Return the message that carries `properties`, unknowns and secrets included."""
    message = Struct()
    for key, item in properties.items():
        _encode(item, message.fields[key])
    return message


def _encode(value: Value, wire: Wire) -> None:
    if value is None:
        wire.null_value = 0  # pyright: ignore[reportAttributeAccessIssue]  the enum's only member, NULL_VALUE
    elif isinstance(value, bool):
        wire.bool_value = value
    elif isinstance(value, str):
        wire.string_value = value
    elif isinstance(value, (int, float)):
        wire.number_value = value
    elif isinstance(value, Unknown):
        wire.string_value = _UNKNOWN_STRING
    elif isinstance(value, Secret):
        fields = wire.struct_value.fields
        fields[SIGNATURE].string_value = _SECRET
        _encode(value.value, fields["value"])
    elif isinstance(value, Mapping):
        inner = wire.struct_value
        inner.SetInParent()
        for key, item in value.items():
            _encode(item, inner.fields[key])
    else:
        items: ListValue = wire.list_value
        items.SetInParent()
        _encode_all(value, items)


def _encode_all(values: Sequence[Value], items: ListValue) -> None:
    for item in values:
        _encode(item, items.values.add())
