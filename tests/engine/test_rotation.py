"""Keys, BGP ranges and a device's address changed, and a drill, in the real engine over the simulated clouds.

The environment is one with a VPC and the VPN alone, and with protected tunnels: what hangs off nothing of a cluster
needs none, and a step costs a third. Plans for the environments as they are are in tests/model/test_rotation.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

import pytest

from model.config.load import load
from model.estate import Estate
from model.planning.bgp.network import Down
from model.planning.bgp.proof import Prover
from model.planning.rotation import Move, RotationPlan, What, plan
from operations.vpn.rehearsed import rehearse_rotation
from rehearsal.engine.acquire import Engine
from tests.engine.bench import Bench, explained, operations
from tests.link_alone import link_alone

ENVIRONMENT: Final = "sandbox"
FILE: Final = f"Pulumi.{ENVIRONMENT}.yaml"
FIRST, SECOND = "t0-if0-fw-a", "t1-if1-fw-b"
PEER = "gcp:compute/routerPeer:RouterPeer"

pytestmark = pytest.mark.xdist_group("rotation")


@pytest.fixture(scope="module")
def up(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Return the bench in which the environment is up; its world is not to be changed."""
    bench = Bench.made(tmp_path_factory.mktemp("link"), engine)
    file = bench.root / "stacks" / FILE
    file.write_text(link_alone(file.read_text(encoding="utf-8")), encoding="utf-8")
    result = bench.take(ENVIRONMENT, "up")
    assert result.succeeded, explained(result)
    return bench


@pytest.fixture
def running(up: Bench, tmp_path: Path) -> Bench:
    """Return a bench that goes on from there, the test's own to edit and break."""
    bench = Bench.made(tmp_path, up.engine, worlds=up.home)
    (bench.root / "stacks" / FILE).write_text((up.root / "stacks" / FILE).read_text(encoding="utf-8"), encoding="utf-8")
    return bench


def read(bench: Bench) -> Estate:
    found = load(bench.root).estate
    assert found is not None
    return found


def one_after_another(bench: Bench, *plans: Callable[[Estate], RotationPlan]) -> RotationPlan:
    """Return the steps of several plans as one, each made from the files as those before it leave them."""
    file = bench.root / "stacks" / FILE
    begun = file.read_text(encoding="utf-8")
    made: list[RotationPlan] = []
    for each in plans:
        made.append(each(read(bench)))
        file.write_text(made[-1].steps[-1].text, encoding="utf-8")
    file.write_text(begun, encoding="utf-8")
    return replace(made[0], steps=tuple(step for each in made for step in each.steps))


def test_keys_ranges_and_a_devices_address_change_one_tunnel_at_a_time_with_a_path_at_every_step(
    running: Bench,
) -> None:
    def changed(what: What, *, tunnel: str | None = None, move: Move | None = None) -> Callable[[Estate], RotationPlan]:
        return lambda estate: plan(running.root, estate, ENVIRONMENT, what, tunnel=tunnel, move=move)

    moved = Move("fw-a", IPv4Address("198.51.100.77"))
    made = one_after_another(
        running, changed(What.KEYS, tunnel=FIRST), changed(What.RANGES), changed(What.PEER, move=moved)
    )
    home = running.home / ENVIRONMENT
    done = rehearse_rotation(read(running), made, world=home, root=running.root, engine=running.engine, previews=False)
    # Each step did what its plan says and nothing else, and the preview after the last one was empty.
    assert done.succeeded, "\n".join(done.lines())
    down = [set(run.touched) for run in done.runs]
    assert down[:3] == [set(), {FIRST}, set()]
    assert down[3:5] == [{FIRST}, {SECOND}]
    assert down[5:] == [set(), {FIRST}, set(), {SECOND}, set(), set()]
    prover = Prover(running.environment(ENVIRONMENT))
    for run in done.runs:
        assert not prover.after(Down(sessions=run.touched)).cut

    def replaced(number: int) -> set[str]:
        assert all(line.startswith("replace ") for line in done.runs[number].operations)
        return {line.split(" ")[1].removesuffix(":") for line in done.runs[number].operations}

    session = ("if", "bgp")
    assert replaced(1) == {f"vpn-{FIRST}-{part}" for part in ("key-password", "key-version", "tunnel", *session)}
    for number, tunnel in ((3, FIRST), (4, SECOND)):
        assert replaced(number) == {f"vpn-{tunnel}-{part}" for part in session}
    for number, tunnel in ((6, FIRST), (8, SECOND)):
        assert replaced(number) == {f"vpn-{tunnel}-{part}" for part in ("tunnel", *session)}


def test_a_protected_tunnel_is_not_replaced_without_a_rotation(running: Bench) -> None:
    running.edit(FILE, "vpn-psk-0\n", "vpn-psk-0\n          generation: 2\n")
    result = running.take(ENVIRONMENT, "preview")
    assert not result.succeeded
    assert any(f"vpn-{FIRST}-tunnel" in each.message and "protect" in each.message for each in result.errors)


def test_a_drill_withdraws_one_session_by_one_update_and_ends_by_another(running: Bench) -> None:
    on, off = "disabled_peers: []\n", f"disabled_peers: [{FIRST}-bgp]\n      expires: 2026-11-04\n"
    for old, new, enabled in ((on, off, False), (off, on, True)):
        running.edit(FILE, old, new)
        with running.opened(ENVIRONMENT) as session:
            done = operations(session.take("up"))
            # The alert on sessions leaves out the one that is off on purpose.
            assert done == {("update", f"vpn-{FIRST}-bgp"), ("update", "alerts-bgp-down")}
            held = {each.text("name"): each.outputs["enable"] for each in session.world.objects(PEER)}
            assert held == {f"{FIRST}-bgp": enabled, f"{SECOND}-bgp": True}
