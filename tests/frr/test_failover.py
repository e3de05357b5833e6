"""Every single loss of the sample, played on FRR with the generated configuration: kernels end as the model says.

The cloud side is FRR too, set up as the model describes a Cloud Router, so what is proved here is that real daemons
with the devices' generated files settle as predicted; not how Google's routers are built. Pre-shared keys, IKE and ESP
are not part of it: a wire stands for a tunnel.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

import pytest

from model.config.vpn import Tunnel
from model.estate import Environment
from model.planning.bgp.failures import Failure, Kind, single_failures
from model.planning.bgp.network import Down
from model.planning.bgp.proof import Direction, Prover
from model.planning.bgp.topology import topology
from tests.frr.breaking import break_, mend
from tests.frr.lab import Lab, Routes, lab
from tests.frr.spaces import missing, tool
from tests.model.cases import sample
from tests.model.linked import attachments, linked, md5, other_gateway, site_gateways
from tests.model.networks import with_priorities

REASON: Final = missing()
pytestmark = pytest.mark.skipif(REASON is not None, reason=REASON or "")


def _second_device(name: str, tunnel: Tunnel) -> int:
    del name
    return 200 if tunnel.peer == "fw-b" else 100


def _second_interface(name: str, tunnel: Tunnel) -> int:
    del name
    return 200 if tunnel.gateway_interface else 100


_LINES: Final = "attachments before signed tunnels to two gateways"
PARTS: Final = {f"{_LINES}, {part}": number for number, part in enumerate(("one half", "the other half"))}
"""The sandbox with attachments whose MED wins, tunnels behind them that sign, and another gateway of the cloud.

It has many losses, so two labs play half of them each.
"""

VARIANTS: Final[Mapping[str, tuple[tuple[str, ...], Callable[[str, Tunnel], int] | None]]] = {
    "active-active": (("sandbox", "dev", "test", "prod"), None),
    "second device on standby": (("sandbox", "dev", "test", "prod"), _second_device),
    "second interface on standby": (("prod",), _second_interface),
    **dict.fromkeys(PARTS, (("sandbox",), None)),
}
"""The environments that share a lab, and the priority of each tunnel where it is not the reviewed one."""

SHARED: Final = frozenset({Kind.DEVICE, Kind.SITE})


@dataclass(frozen=True)
class Case:
    """One loss of one environment, and by router how its kernel differs from the prediction."""

    environment: str
    loss: str
    differing: Mapping[str, tuple[Routes, Routes]]
    claims: tuple[str, ...]
    """What the proof says of this loss that the kernels do not bear out."""


@dataclass(frozen=True)
class Round:
    """What is broken at one time, and the cases that this is: a device that is lost is lost to every environment."""

    broken: tuple[tuple[Environment, Failure], ...]
    cases: tuple[tuple[Environment, Failure], ...]


def _losses(env: Environment, variant: str) -> tuple[Failure, ...]:
    found = single_failures(env, topology(env))
    return found[PARTS[variant] :: len(PARTS)] if variant in PARTS else found


def _shared(failure: Failure) -> bool:
    """Say whether the loss is one of the sites' devices, or between them."""
    return failure.kind in SHARED or failure.what.startswith("inside-")


def _rounds(environments: list[Environment], variant: str) -> Iterator[Round]:
    """Give the rounds: one loss of each environment at a time, since they share no tunnel, then those they share."""
    own = [[(env, each) for each in _losses(env, variant) if not _shared(each)] for env in environments]
    for together in zip_longest(*own):
        chosen = tuple(each for each in together if each is not None)
        yield Round(chosen, chosen)
    for failure in (each for each in _losses(environments[0], variant) if _shared(each)):
        yield Round(((environments[0], failure),), tuple((env, failure) for env in environments))


def _environments(variant: str) -> list[Environment]:
    if variant in PARTS:
        return [linked(site_gateways, attachments, md5, other_gateway)]
    names, priority = VARIANTS[variant]
    environments = [sample().environments[name] for name in names]
    return environments if priority is None else [with_priorities(env, priority) for env in environments]


def _played(variant: str) -> list[Case]:
    environments = _environments(variant)
    with lab(environments) as running:
        intact = running.settled(Down())
        cases = [_case(running, env, None, intact) for env in environments]
        for each in _rounds(environments, variant):
            mend(running)
            down = Down()
            for env, failure in each.broken:
                down |= break_(running, env.name, failure)
            differing = running.settled(down)
            cases += [_case(running, env, failure, differing) for env, failure in each.cases]
            if differing:
                # What follows would start from a state that is wrong already.
                break
    return cases


def _case(
    running: Lab,
    env: Environment,
    failure: Failure | None,
    differing: Mapping[str, tuple[Routes, Routes]],
) -> Case:
    here = running.topologies[env.name]
    concerned = {*here.routers, *here.devices, *here.others.values()}
    return Case(
        env.name,
        str(failure) if failure else "nothing lost",
        {name: both for name, both in differing.items() if name in concerned},
        tuple(_unfounded(running, env, failure)),
    )


def _unfounded(running: Lab, env: Environment, failure: Failure | None) -> Iterator[str]:
    """Give the links that the proof names for the environment's own prefixes where the kernels have others.

    Where there are several Cloud Routers, the VPC chooses among what they use: their kernels have more.
    """
    here = running.topologies[env.name]
    lost = failure.down if failure else Down()
    state = Prover(env).after(lost)
    ends = {name: here.network.sessions[name] for name in here.links}
    speakers = (*here.routers, *here.devices)
    kernels = {name: running.kernel(name) for name in speakers if name not in lost.speakers}
    for path in state.paths:
        if path.direction is Direction.TO_SITES:
            wanted = {(here.links[name].router, str(here.links[name].far_address)) for name in path.tunnels}
            carrying = {router for router, _ in wanted}
            have = {
                (router, way) for router in carrying for way in kernels.get(router, {}).get(path.prefix, frozenset())
            }
        elif path.prefix in {env.network.cloud, *_pods(env)} and not path.gateway:
            wanted = {(here.links[name].far, str(here.links[name].near_address)) for name in path.tunnels}
            outside = {str(each.ends[0].address) for each in ends.values()}
            have = {
                (name, way)
                for name in here.devices
                for way in kernels.get(name, {}).get(path.prefix, frozenset())
                if way in outside
            }
        else:
            continue
        if wanted != have:
            yield f"{path.direction} {path.prefix}: proved {sorted(wanted)}, kernel {sorted(have)}"


def _pods(env: Environment) -> Iterator[object]:
    for subnet in env.network.subnets.values():
        yield from subnet.secondary.values()


@pytest.fixture(scope="module")
def played() -> dict[str, list[Case]]:
    """Play every variant, all at once, each in namespaces of its own."""
    with ThreadPoolExecutor(len(VARIANTS)) as pool:
        return dict(zip(VARIANTS, pool.map(_played, VARIANTS), strict=True))


@pytest.mark.parametrize("variant", VARIANTS)
def test_after_every_single_loss_the_kernels_route_as_the_model_says(
    variant: str, played: dict[str, list[Case]], record_property: Callable[[str, object], None]
) -> None:
    cases = played[variant]
    record_property("cases", len(cases))
    print(f"{variant}: {len(cases)} cases")  # noqa: T201  the number of cases is asked for
    wrong = [case for case in cases if case.differing or case.claims]
    said = "\n".join(f"{each.environment}, {each.loss}: {each.differing} {each.claims}" for each in wrong[:3])
    assert not wrong, said
    for env in _environments(variant):
        lost = [case.loss for case in cases if case.environment == env.name]
        assert lost[0] == "nothing lost"
        assert sorted(lost[1:]) == sorted(str(each) for each in _losses(env, variant))


def test_the_labs_leave_nothing_behind(played: dict[str, list[Case]]) -> None:
    assert played
    assert f"vpn{os.getpid()}-" not in tool("ip", "netns", "list").stdout
