"""An API server with RBAC on loopback, with etcd and the controller that fills Kubernetes' own roles; gone at the end.

Certificates, keys and tokens are made for one run, in its own folder.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from operations.control_plane import ControlPlane
from tests.apiserver.client import Client, Object, RefusedError

ADMIN: Final = "admin"
AGENT: Final = "system:serviceaccount:gke-connect:connect-agent-sa"
"""The Connect agent, as the API server calls its service account."""
FOR_PEOPLE: Final = ("view", "edit", "admin")
ROLES: Final = "/apis/rbac.authorization.k8s.io/v1/clusterroles"

_STARTS: Final = 90.0
"""Seconds; 4 on an idle machine."""
_P256: Final = bytes.fromhex("a00a06082a8648ce3d030107")


@dataclass(frozen=True)
class Server:
    """A running API server. `tokens` is by user."""

    port: int
    trusted: ssl.SSLContext
    tokens: dict[str, str]
    folder: Path

    def client(self, user: str = ADMIN) -> Client:
        """Return a new connection as `user`."""
        return Client(self.port, self.trusted, self.tokens[user])


@contextmanager
def served(control_plane: ControlPlane, folder: Path) -> Generator[Server]:
    """Start all three in `folder`, which keeps their logs; give the server when it is ready, its roles filled."""
    running: list[subprocess.Popen[bytes]] = []
    store, peer, port = _free_ports(3)

    def start(name: str, *options: str) -> None:
        with (folder / f"{name}.log").open("wb") as log:
            command = [control_plane.programs[name], *options]
            running.append(
                subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0)
            )

    def wait(what: str, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _STARTS
        while not _tried(ready):
            ended = next((each for each in running if each.poll() is not None), None)
            if ended is not None or time.monotonic() > deadline:
                raise AssertionError(f"{what}\n{_last_words(folder)}")
            time.sleep(0.05)

    tokens = {user: secrets.token_urlsafe(24) for user in (ADMIN, AGENT)}
    try:
        urls = (f"http://127.0.0.1:{store}", f"http://127.0.0.1:{peer}")
        start("etcd", *_etcd(*urls))
        start("kube-apiserver", *_api_server(folder, urls[0], port, tokens))
        certificate = folder / "certificates" / "apiserver.crt"
        wait("the API server has made no certificate", lambda: certificate.exists() and certificate.stat().st_size > 0)
        server = Server(port, ssl.create_default_context(cafile=str(certificate)), tokens, folder)
        with server.client() as admin:
            wait("the API server is not ready", lambda: admin.ask("GET", "/readyz") == {"text": "ok"})
            start("kube-controller-manager", *_controller_manager(server))
            wait("Kubernetes' own roles stay empty", lambda: all(_filled(admin, role) for role in FOR_PEOPLE))
        yield server
    finally:
        for process in reversed(running):
            _end(process)


def _etcd(clients: str, peers: str) -> Sequence[str]:
    return (
        "--data-dir=etcd",
        "--unsafe-no-fsync",
        "--log-level=warn",
        f"--listen-client-urls={clients}",
        f"--advertise-client-urls={clients}",
        f"--listen-peer-urls={peers}",
        f"--initial-advertise-peer-urls={peers}",
        f"--initial-cluster=default={peers}",
    )


def _api_server(folder: Path, store: str, port: int, tokens: dict[str, str]) -> Sequence[str]:
    groups = {ADMIN: "system:masters", AGENT: "system:serviceaccounts,system:serviceaccounts:gke-connect"}
    lines = [f'{token},"{user}",{user},"{groups[user]}"\n' for user, token in tokens.items()]
    _private(folder / "tokens.csv", "".join(lines))
    _private(folder / "accounts.key", _key())
    return (
        f"--etcd-servers={store}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        # Nobody looks for this server: an address of RFC 5737 keeps it from asking for the machine's own.
        "--advertise-address=192.0.2.1",
        "--endpoint-reconciler-type=none",
        "--service-cluster-ip-range=198.51.100.0/24",
        "--cert-dir=certificates",
        "--authorization-mode=RBAC",
        "--anonymous-auth=false",
        "--token-auth-file=tokens.csv",
        "--service-account-issuer=https://issuer.example",
        "--service-account-signing-key-file=accounts.key",
        "--service-account-key-file=accounts.key",
        "--disable-admission-plugins=ServiceAccount",
        "--enable-priority-and-fairness=false",
        "--profiling=false",
    )


def _controller_manager(server: Server) -> Sequence[str]:
    named: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "here",
        "contexts": [{"name": "here", "context": {"cluster": "here", "user": ADMIN}}],
        "clusters": [
            {
                "name": "here",
                "cluster": {
                    "server": f"https://127.0.0.1:{server.port}",
                    "certificate-authority": "certificates/apiserver.crt",
                },
            }
        ],
        "users": [{"name": ADMIN, "user": {"token": server.tokens[ADMIN]}}],
    }
    _private(server.folder / "kubeconfig.json", json.dumps(named))
    return (
        "--kubeconfig=kubeconfig.json",
        "--controllers=clusterrole-aggregation",
        "--leader-elect=false",
        "--secure-port=0",
    )


def _filled(admin: Client, name: str) -> bool:
    """Say whether an aggregated role has every rule of the roles that it is made of."""
    role = admin.ask("GET", f"{ROLES}/{name}")
    held = cast("list[Object]", role["rules"] or [])
    parts: list[Object] = []
    for selector in role["aggregationRule"]["clusterRoleSelectors"]:
        wanted = ",".join(f"{key}={value}" for key, value in selector["matchLabels"].items())
        parts += admin.ask("GET", f"{ROLES}?labelSelector={wanted}")["items"]
    return bool(held) and all(part["rules"] and all(rule in held for rule in part["rules"]) for part in parts)


def _key() -> str:
    """Return a new private key on P-256 in PEM (RFC 5915); the public half, which may be left out, follows from it."""
    scalar = secrets.token_bytes(32)
    content = b"\x02\x01\x01\x04\x20" + scalar + _P256
    text = base64.encodebytes(b"\x30" + bytes([len(content)]) + content).decode()
    return f"-----BEGIN EC PRIVATE KEY-----\n{text}-----END EC PRIVATE KEY-----\n"


def _private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _free_ports(number: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _tried(ready: Callable[[], bool]) -> bool:
    try:
        return ready()
    except (OSError, RefusedError):
        return False


def _last_words(folder: Path) -> str:
    return "\n".join(
        f"{log}:\n" + "\n".join(log.read_text(errors="replace").splitlines()[-8:]) for log in folder.glob("*.log")
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process, by force where it does not go by itself: a store without fsync has nothing to save."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
