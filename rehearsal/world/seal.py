"""Secrets in the world's file: a keyed fingerprint, never the text.

The file must tell two secrets apart (a hand edit of a pre-shared key is drift) but nobody may read one from it. So a
secret is written as an HMAC under the world's own salt. The engine keeps the text, encrypted, in its state and sends it
along when it reads an object back: `unseal` puts it in place wherever the fingerprint agrees.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Final

from rehearsal.values import Properties, Secret, Unknown, Value, reveal

MARK: Final = "$sealed"


class Seal:
    """Seals and unseals values with one salt.

    `salt` is any text; worlds use a random one each, so that the same secret in two worlds does not look the same.
    """

    def __init__(self, salt: str) -> None:
        self._salt = salt.encode()

    def fingerprint(self, value: Value) -> str:
        """Return the fingerprint of a plain `value`, whatever its type."""
        text = json.dumps(reveal(value), sort_keys=True)
        return hmac.new(self._salt, text.encode(), hashlib.sha256).hexdigest()

    def seal(self, value: Value) -> Value:
        """Return `value` with each `Secret` replaced by `{"$sealed": fingerprint}`; the rest is copied."""
        if isinstance(value, Secret):
            inner = reveal(value.value)
            if isinstance(inner, Mapping) and set(inner) == {MARK}:
                return dict(inner)
            return {MARK: self.fingerprint(inner)}
        if isinstance(value, Unknown):
            raise TypeError("an unknown value can not be kept in the world")
        if isinstance(value, Mapping):
            return {key: self.seal(item) for key, item in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [self.seal(item) for item in value]
        return value

    def unseal(self, value: Value, known: Value) -> Value:
        """Return `value` with each sealed part replaced by the same part of `known`, where it is the same secret.

        A part that `known` has not, or has with another text, comes out as `Secret("(changed) <fingerprint>")`: a
        difference for whoever compares, still unreadable.
        """
        known = known.value if isinstance(known, Secret) else known
        if isinstance(value, Mapping):
            if set(value) == {MARK}:
                mark = value[MARK]
                if known is not None and self.fingerprint(known) == mark:
                    return Secret(reveal(known))
                return Secret(f"(changed) {str(mark)[:12]}")
            others: Mapping[str, Value] = known if isinstance(known, Mapping) else {}
            return {key: self.unseal(item, others.get(key)) for key, item in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, str):
            items = known if isinstance(known, Sequence) and not isinstance(known, str) else ()
            return [self.unseal(item, items[i] if i < len(items) else None) for i, item in enumerate(value)]
        return value

    def unseal_all(self, values: Properties, known: Properties) -> Properties:
        """Return `unseal` of each property."""
        return {key: self.unseal(item, known.get(key)) for key, item in values.items()}


def without_sealed(values: Mapping[str, Value]) -> Properties:
    """Return properties without their sealed parts: what an API that never shows secrets would answer."""
    return {key: _shown(item) for key, item in values.items() if not is_sealed(item)}


def _shown(value: Value) -> Value:
    if isinstance(value, Mapping):
        return without_sealed(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_shown(item) for item in value if not is_sealed(item)]
    return value


def is_sealed(value: Value) -> bool:
    """Say whether `value` is a sealed secret."""
    return isinstance(value, Mapping) and set(value) == {MARK}
