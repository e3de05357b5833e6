"""Links of every kind in one environment, brought up by the real engine over the simulated clouds, and taken down."""

from __future__ import annotations

from pathlib import Path

from model.config.load import load
from model.planning.rotation import What, plan
from rehearsal.engine.acquire import Engine
from tests.engine.bench import Bench, explained, operations
from tests.model.cases import SANDBOX
from tests.model.linked import ALL_LINKS, PARTNER, stack

ATTACHMENT = "gcp:compute/interconnectAttachment:InterconnectAttachment"
INTERFACE = "gcp:compute/routerInterface:RouterInterface"
PEER = "gcp:compute/routerPeer:RouterPeer"
POLICY = "gcp:compute/routerRoutePolicy:RouterRoutePolicy"
TUNNEL = "gcp:compute/vPNTunnel:VPNTunnel"


def test_every_kind_of_link_comes_up_stays_as_it_is_and_goes(engine: Engine, tmp_path: Path) -> None:
    bench = Bench.made(tmp_path, engine)
    (bench.root / SANDBOX).write_text(stack(*ALL_LINKS)[SANDBOX], encoding="utf-8")
    with bench.opened("sandbox") as session:
        up = session.take("up")
        assert up.succeeded, explained(up)
        world = session.world

        attachments = {each.text("name"): each for each in world.objects(ATTACHMENT)}
        assert {name: each.text("state") for name, each in attachments.items()} == {"v0": "ACTIVE", "v1": "ACTIVE"}
        assert attachments["v1"].text("customerRouterIpAddress") == "169.254.28.10/29"
        assert attachments["v0"].outputs["privateInterconnectInfos"] == [{"tag8021q": 101}]
        interfaces = {each.text("name"): each for each in world.objects(INTERFACE)}
        assert interfaces["v0-if"].text("ipRange") == "169.254.28.1/29"
        peers = {each.text("name"): each for each in world.objects(PEER)}
        assert peers["v1-bgp"].text("peerIpAddress") == "169.254.28.10"
        assert "bfd" in peers["v1-bgp"].outputs
        assert "md5AuthenticationKey" in peers["t0-if0-fw-a-bgp"].outputs
        assert peers["t0-if0-fw-a-bgp"].outputs["importPolicies"] == ["quiet"]
        assert [each.text("name") for each in world.objects(POLICY)] == ["quiet"]

        tunnels = {each.text("name"): each for each in world.objects(TUNNEL)}
        assert {name for name, each in tunnels.items() if each.text("peerGcpGateway") == PARTNER} == {"c0", "c1"}
        assert tunnels["t1-if0-fw-b"].text("peerIp") == "203.0.113.10"
        suite = tunnels["t0-if0-fw-a"].outputs["cipherSuite"]
        assert "AES-CBC-256" in str(suite)

        again = session.take("preview")
        assert again.empty, explained(again)

    # Another MD5 key of one session: what the plan names and nothing else.
    estate = load(bench.root).estate
    assert estate is not None
    made = plan(bench.root, estate, "sandbox", What.MD5, tunnel="t0-if0-fw-a")
    step = made.steps[0]
    (bench.root / SANDBOX).write_text(step.text, encoding="utf-8")
    changed = bench.take("sandbox", "up")
    assert changed.succeeded, explained(changed)
    planned = {("replace", name) for name in step.replaced} | {("update", name) for name in step.updated}
    assert operations(changed) == planned

    with bench.opened("sandbox") as session:
        world = session.world
        down = session.take("destroy")
        assert down.succeeded, explained(down)
        assert not [each.id for token in (ATTACHMENT, INTERFACE, PEER, POLICY, TUNNEL) for each in world.objects(token)]
