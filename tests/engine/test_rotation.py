"""A rotation of keys and a drill, carried out in the real engine over the simulated clouds, one step at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from model.planning.bgp.network import Down
from model.planning.bgp.proof import Prover
from model.planning.rotation import What, plan
from operations.project import ROOT
from operations.vpn.rehearsed import rehearse_rotation
from rehearsal.engine.acquire import Engine
from tests.engine.bench import Bench, operations
from tests.model.cases import sample

PEER = "gcp:compute/routerPeer:RouterPeer"


def test_new_keys_for_every_tunnel_of_dev_never_take_both_down(
    engine: Engine, worlds_of: Callable[[str], Path]
) -> None:
    made = plan(ROOT, sample(), "dev", What.KEYS)
    done = rehearse_rotation(sample(), made, world=worlds_of("dev") / "dev", engine=engine, previews=False)
    assert done.succeeded, "\n".join(done.lines())
    first, second = sorted(sample().environments["dev"].vpn.tunnels)
    assert [run.touched for run in done.runs] == [set(), {first}, set(), {second}, set()]
    prover = Prover(sample().environments["dev"])
    for run in done.runs:
        assert not prover.after(Down(sessions=run.touched)).cut
    for run, tunnel in ((done.runs[1], first), (done.runs[3], second)):
        assert {line.split(" ")[1].removesuffix(":") for line in run.operations} == {
            f"vpn-{tunnel}-{part}" for part in ("key-password", "key-version", "tunnel", "if", "bgp")
        }
        assert all(line.startswith("replace ") for line in run.operations)


def test_a_protected_tunnel_is_not_replaced_without_a_rotation(running: Callable[[str], Bench]) -> None:
    bench = running("dev")
    bench.edit("Pulumi.dev.yaml", "vpn-psk-0}", "vpn-psk-0, generation: 2}")
    result = bench.take("dev", "preview")
    assert not result.succeeded
    assert any("vpn-t0-if0-fw-a-tunnel" in each.message and "protect" in each.message for each in result.errors)


def test_a_drill_withdraws_one_session_by_one_update_and_ends_by_another(running: Callable[[str], Bench]) -> None:
    bench = running("dev")
    on, off = "drill: {disabled_peers: []}", "drill: {disabled_peers: [t0-if0-fw-a-bgp], expires: '2026-11-04'}"
    for old, new, enabled in ((on, off, False), (off, on, True)):
        bench.edit("Pulumi.dev.yaml", old, new)
        with bench.opened("dev") as session:
            done = operations(session.take("up"))
            # The alert on sessions leaves out the one that is off on purpose.
            assert done == {("update", "vpn-t0-if0-fw-a-bgp"), ("update", "alerts-bgp-down")}
            held = {each.text("name"): each.outputs["enable"] for each in session.world.objects(PEER)}
        assert held == {"t0-if0-fw-a-bgp": enabled, "t1-if1-fw-b-bgp": True}
