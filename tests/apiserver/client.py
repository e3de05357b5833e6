"""HTTPS to an API server: one connection that stays open, and many questions over several of them."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, Self, TypeAlias, TypeVar, cast

Object: TypeAlias = dict[str, Any]
"""A Kubernetes object, as JSON."""
Key = TypeVar("Key")

CONNECTIONS: Final = 4
_SECONDS: Final = 30.0


class RefusedError(Exception):
    """The API server said no; `status` is the HTTP status."""

    def __init__(self, what: str, status: int, message: str) -> None:
        self.status = status
        super().__init__(f"{what}: {status} {message}")


@dataclass
class Client:
    """One connection as the bearer of a token, on whose behalf `headers` may name somebody else."""

    port: int
    trusted: ssl.SSLContext
    token: str
    headers: Sequence[tuple[str, str]] = ()
    _connection: http.client.HTTPSConnection = field(init=False)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.trusted, timeout=_SECONDS)

    def speaking_for(self, user: str, groups: Iterable[str] = ()) -> Client:
        """Return another connection that impersonates `user` with `groups`, as the Connect gateway's agent does."""
        headers = (("Impersonate-User", user), *(("Impersonate-Group", group) for group in groups))
        return Client(self.port, self.trusted, self.token, headers)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Object:
        """Send a request and return the answer. Raises RefusedError, and OSError where nobody listens."""
        status, text = self._exchange(method, path, b"" if body is None else json.dumps(body).encode())
        answer = cast("Object", json.loads(text)) if text.startswith(b"{") else {"text": text.decode()}
        if status >= http.client.BAD_REQUEST:
            raise RefusedError(f"{method} {path}", status, str(answer.get("message", answer)))
        return answer

    def _exchange(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        try:
            self._connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in (
                ("Authorization", f"Bearer {self.token}"),
                ("Content-Type", "application/json"),
                ("Content-Length", str(len(body))),
                *self.headers,
            ):
                self._connection.putheader(name, value)
            self._connection.endheaders(body)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()  # the next request opens a new one
            raise

    def may(self, attributes: Mapping[str, str], user: str, groups: Sequence[str]) -> bool:
        """Ask whether a user of these groups may do something (SubjectAccessReview)."""
        spec = {"user": user, "groups": list(groups), "resourceAttributes": dict(attributes)}
        return self._review("subjectaccessreviews", spec)

    def may_i(self, attributes: Mapping[str, str]) -> bool:
        """Ask whether whoever this connection speaks for may do something (SelfSubjectAccessReview)."""
        return self._review("selfsubjectaccessreviews", {"resourceAttributes": dict(attributes)})

    def _review(self, kind: str, spec: Mapping[str, Any]) -> bool:
        answer = self.ask("POST", f"/apis/authorization.k8s.io/v1/{kind}", {"spec": spec})
        status = answer["status"]
        # An evaluation error would make a refusal out of what could not be looked up.
        if status.get("evaluationError"):
            raise RefusedError(f"{kind} {spec}", http.client.OK, str(status["evaluationError"]))
        return bool(status["allowed"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def answered(
    client: Callable[[], Client], questions: Sequence[Key], ask: Callable[[Client, Key], bool]
) -> dict[Key, bool]:
    """Return the answer to every question, asked over several connections at once."""
    parts = [questions[start::CONNECTIONS] for start in range(CONNECTIONS)]

    def asked(part: Sequence[Key]) -> dict[Key, bool]:
        with client() as connection:
            return {question: ask(connection, question) for question in part}

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return {question: answer for part in pool.map(asked, parts) for question, answer in part.items()}
