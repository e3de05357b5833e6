"""The simulated clouds as the engine sees them: one gRPC server per provider, over one world.

The engine attaches to each through `PULUMI_DEBUG_PROVIDERS` and neither looks for nor downloads a plugin. Every
instance of a provider in the program opens a connection of its own, so the peer's address tells them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import TracebackType
from typing import Final

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from rehearsal.interception import Interceptor
from rehearsal.meter import Meter
from rehearsal.providers.base import Provider
from rehearsal.providers.gcp import Gcp
from rehearsal.providers.kubernetes import Kubernetes
from rehearsal.providers.random import Random
from rehearsal.providers.vsphere import VSphere
from rehearsal.rules.members import mark_deleted_groups
from rehearsal.service import Service
from rehearsal.world import Record, World

PROVIDERS: Final[Mapping[str, Callable[[World], Provider]]] = {
    "gcp": Gcp,
    "vsphere": VSphere,
    "kubernetes": Kubernetes,
    "random": Random,
}
_THREADS: Final = 32
_UNLIMITED: Final = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
# One socket for two servers would hand a provider's calls to another one's server.
_ALONE: Final = [("grpc.so_reuseport", 0)]


class ProviderServer:
    """One provider behind a port of the loopback interface that the system chooses."""

    def __init__(self, provider: Provider, interceptors: Sequence[Interceptor], meter: Meter) -> None:
        self._server = grpc.server(ThreadPoolExecutor(_THREADS, provider.name), options=[*_UNLIMITED, *_ALONE])
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(Service(provider, interceptors, meter), self._server)
        self.port: int = self._server.add_insecure_port("127.0.0.1:0")

    def start(self) -> None:
        """Begin to answer."""
        self._server.start()

    def stop(self) -> None:
        """Stop answering at once and let go of the port."""
        self._server.stop(grace=None).wait()


class Clouds:
    """The simulated clouds of one environment, in this process.

    Use as a context manager, or with `start` and `stop`. `identity` is the account that the providers run as, one of
    `Inventory.identities`: a read-only one can preview and refresh and is refused every change. Without it everything
    is allowed. `interceptors` step in at every operation, in their order; more may be added to `interceptors` while it
    runs. `meter` shows what its calls have cost. The world stays open: who made it closes it.

    Raises `ValueError` for a provider or an account that there is not.
    """

    def __init__(
        self,
        world: World,
        *,
        identity: str = "",
        providers: Iterable[str] = ("gcp", "vsphere", "kubernetes", "random"),
        interceptors: Iterable[Interceptor] = (),
    ) -> None:
        self.world = world
        self.interceptors: list[Interceptor] = list(interceptors)
        self.meter = Meter()
        self._names = tuple(providers)
        unknown = [name for name in self._names if name not in PROVIDERS]
        if unknown:
            raise ValueError(f"no simulated provider {', '.join(unknown)}; there are {', '.join(PROVIDERS)}")
        known = world.inventory.identities
        if identity and identity not in known:
            raise ValueError(f"no account {identity} in the inventory; there are {', '.join(known) or 'none'}")
        self._identity = identity
        self._servers: dict[str, ProviderServer] = {}

    def start(self) -> Clouds:
        """Open the ports and fill in what the providers compute for the seeded objects; returns itself.

        What groups were granted that the inventory has as deleted stays, and nobody has it any more.
        """
        mark_deleted_groups(self.world)
        providers = {name: PROVIDERS[name](self.world) for name in self._names}
        for record in self.world.all():
            provider = providers.get(record.type.partition(":")[0])
            if provider is not None and not record.outputs:
                self._complete(provider, record)
        for name, provider in providers.items():
            provider.account = self._identity
            server = ProviderServer(provider, self.interceptors, self.meter)
            server.start()
            self._servers[name] = server
        return self

    def _complete(self, provider: Provider, record: Record) -> None:
        """Fill in a seeded object, under the provider's own id of it; what is there under that id already stays."""
        own = provider.canonical(record.type, record.id)
        if own == record.id:
            provider.complete(record)
            return
        self.world.remove(record.type, record.id, place=record.place)
        if self.world.get(record.type, own, place=record.place) is None:
            provider.complete(replace(record, id=own))

    def stop(self) -> None:
        """Close the ports."""
        for server in self._servers.values():
            server.stop()
        self._servers.clear()

    @property
    def ports(self) -> dict[str, int]:
        """The port of each provider; empty before `start`."""
        return {name: server.port for name, server in self._servers.items()}

    def environment(self) -> dict[str, str]:
        """Return the variable that makes an engine use these clouds."""
        return {"PULUMI_DEBUG_PROVIDERS": ",".join(f"{name}:{port}" for name, port in self.ports.items())}

    def __enter__(self) -> Clouds:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
