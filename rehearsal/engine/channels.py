"""Keeps what one engine's end refuses from being taken for the next one's answer.

gRPC lets all channels of a process to one address share a connection, and a connection that was refused answers for a
while from memory. The SDK leaves its channels to the collector of garbage, so one to an engine that has ended may be
there still when the next engine is given the same port.
"""

from __future__ import annotations

from typing import Final

from pulumi.runtime import _grpc_settings

_OWN: Final = ("grpc.use_local_subchannel_pool", 1)
"""https://grpc.github.io/grpc/core/group__grpc__arg__keys.html"""


def keep_apart() -> None:
    """Have each channel that the SDK opens from now on make connections of its own."""
    options: list[tuple[str, int]] = _grpc_settings._GRPC_CHANNEL_OPTIONS  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  the SDK has no public name for them
    if _OWN not in options:
        options.append(_OWN)
