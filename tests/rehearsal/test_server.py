"""The simulated clouds over gRPC: instances, versions, errors, interceptors, preview, speed of nothing but itself."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from rehearsal.faults import Injector, parse_rule
from rehearsal.interception import FailOnce, LetPass, Operation, ProviderError
from rehearsal.inventory import Inventory
from rehearsal.protocol import decode, encode
from rehearsal.server import PROVIDERS, Clouds
from rehearsal.values import UNKNOWN, Properties
from rehearsal.world import World
from tests.rehearsal import platform as the
from tests.rehearsal.hands import HOST, INVENTORY

NAMESPACE = "kubernetes:core/v1:Namespace"


def urn(token: str, name: str = "it") -> str:
    return f"urn:pulumi:dev::test::hybrid:network:Network${token}::{name}"


class Line:
    """One connection of an engine to one provider."""

    def __init__(self, port: int) -> None:
        # As the engine does it; Python would otherwise put all channels to one port on one connection.
        alone = [("grpc.use_local_subchannel_pool", 1)]
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=alone)
        self.stub: Any = provider_pb2_grpc.ResourceProviderStub(self.channel)

    def configure(self, **settings: str) -> None:
        request = provider_pb2.ConfigureRequest(args=encode(dict(settings)), acceptSecrets=True)
        answer: provider_pb2.ConfigureResponse = self.stub.Configure(request)
        assert answer.acceptSecrets
        assert answer.supportsPreview

    def check(self, token: str, inputs: Properties) -> provider_pb2.CheckResponse:
        return self.stub.Check(provider_pb2.CheckRequest(urn=urn(token), news=encode(inputs)))

    def create(self, token: str, inputs: Properties, *, preview: bool = False) -> provider_pb2.CreateResponse:
        request = provider_pb2.CreateRequest(urn=urn(token), properties=encode(inputs), preview=preview)
        return self.stub.Create(request)

    def diff(self, token: str, id_: str, old: Properties, state: Struct, new: Properties) -> provider_pb2.DiffResponse:
        request = provider_pb2.DiffRequest(id=id_, urn=urn(token), olds=state, old_inputs=encode(old), news=encode(new))
        return self.stub.Diff(request)

    def update(
        self, token: str, id_: str, old: Properties, state: Struct, new: Properties
    ) -> provider_pb2.UpdateResponse:
        request = provider_pb2.UpdateRequest(
            id=id_, urn=urn(token), olds=state, old_inputs=encode(old), news=encode(new)
        )
        return self.stub.Update(request)

    def read(self, token: str, id_: str, inputs: Properties, state: Struct) -> provider_pb2.ReadResponse:
        request = provider_pb2.ReadRequest(id=id_, urn=urn(token), properties=state, inputs=encode(inputs))
        return self.stub.Read(request)

    def delete(self, token: str, id_: str, state: Struct) -> None:
        self.stub.Delete(provider_pb2.DeleteRequest(id=id_, urn=urn(token), properties=state))

    def invoke(self, token: str, arguments: Properties) -> Properties:
        answer: Any = self.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=encode(arguments)))
        return decode(getattr(answer, "return"))


@dataclass
class Lines:
    """Opens lines and closes them all."""

    clouds: Clouds
    opened: list[Line] = field(default_factory=list[Line])

    def to(self, provider: str) -> Line:
        line = Line(self.clouds.ports[provider])
        self.opened.append(line)
        return line


@pytest.fixture
def lines() -> Generator[Lines]:
    world = World(seed="test")
    world.seed(INVENTORY)
    with Clouds(world) as clouds:
        opened = Lines(clouds)
        yield opened
        for line in opened.opened:
            line.channel.close()


def test_every_provider_has_a_port_and_the_engine_is_told(lines: Lines) -> None:
    ports = lines.clouds.ports
    assert set(ports) == set(PROVIDERS)
    assert len(set(ports.values())) == len(PROVIDERS)
    told = lines.clouds.environment()["PULUMI_DEBUG_PROVIDERS"]
    assert dict(part.split(":") for part in told.split(",")) == {name: str(port) for name, port in ports.items()}


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_plugin_reports_the_version_of_the_installed_sdk(lines: Lines, name: str) -> None:
    stub = lines.to(name).stub
    info: plugin_pb2.PluginInfo = stub.GetPluginInfo(Empty())
    assert info.version == version(f"pulumi-{name}")
    schema: provider_pb2.GetSchemaResponse = stub.GetSchema(provider_pb2.GetSchemaRequest())
    assert json.loads(schema.schema) == {"name": name, "version": version(f"pulumi-{name}")}
    hands: provider_pb2.ProviderHandshakeResponse = stub.Handshake(provider_pb2.ProviderHandshakeRequest())
    assert hands.accept_secrets


def test_an_unknown_provider_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no simulated provider azure; there are gcp"):
        Clouds(World(), providers=("azure",))


def test_two_instances_keep_their_own_configuration(lines: Lines) -> None:
    one, other = lines.to("gcp"), lines.to("gcp")
    one.configure(project=HOST)
    other.configure(project="bare-1")
    assert one.create(the.NETWORK, {"name": "n"}).id == f"projects/{HOST}/global/networks/n"
    with pytest.raises(grpc.RpcError, match="Compute Engine API has not been used in project 300"):
        other.create(the.NETWORK, {"name": "n"})


def test_an_unknown_type_is_refused_by_name_in_check(lines: Lines) -> None:
    line = lines.to("gcp")
    line.configure(project=HOST)
    token = "gcp:compute/netwrok:Netwrok"  # noqa: S105  a type
    answer = line.check(token, {})
    assert token in answer.failures[0].reason


def test_a_whole_life_over_the_wire(lines: Lines) -> None:
    line = lines.to("gcp")
    line.configure(project=HOST)
    given: Properties = {"name": "n", "autoCreateSubnetworks": False}
    checked = line.check(the.NETWORK, given)
    assert not checked.failures
    inputs = decode(checked.inputs)
    foreseen = line.create(the.NETWORK, inputs, preview=True)
    assert foreseen.id == ""
    assert decode(foreseen.properties)["selfLink"] is UNKNOWN
    made = line.create(the.NETWORK, inputs)
    changed = {**inputs, "mtu": 1500}
    difference = line.diff(the.NETWORK, made.id, inputs, made.properties, changed)
    assert difference.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert list(difference.diffs) == list(difference.detailedDiff) == ["mtu"]
    updated = line.update(the.NETWORK, made.id, inputs, made.properties, changed).properties
    assert decode(updated)["mtu"] == 1500
    read = line.read(the.NETWORK, made.id, changed, updated)
    assert read.properties == updated
    assert decode(read.inputs) == changed
    line.delete(the.NETWORK, made.id, updated)
    assert line.read(the.NETWORK, made.id, changed, updated).id == ""


def test_a_lookup_answers_over_the_wire(lines: Lines) -> None:
    line = lines.to("gcp")
    line.configure(project=HOST)
    assert line.invoke("gcp:organizations/getProject:getProject", {})["number"] == "200"


def test_a_configuration_is_checked_and_compared(lines: Lines) -> None:
    line = lines.to("kubernetes")
    news = encode({"clusterIdentifier": "b"})
    checked: provider_pb2.CheckResponse = line.stub.CheckConfig(provider_pb2.CheckRequest(urn="urn", news=news))
    assert decode(checked.inputs) == {"clusterIdentifier": "b"}
    old = encode({"clusterIdentifier": "a"})
    request = provider_pb2.DiffRequest(urn="urn", olds=old, old_inputs=old, news=news)
    difference: provider_pb2.DiffResponse = line.stub.DiffConfig(request)
    assert list(difference.replaces) == ["clusterIdentifier"]


def test_an_asset_is_refused_as_an_argument(lines: Lines) -> None:
    line = lines.to("gcp")
    line.configure(project=HOST)
    request = provider_pb2.CreateRequest(urn=urn(the.NETWORK))
    request.properties["file"] = {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17"}
    with pytest.raises(grpc.RpcError, match="property 'file' is an asset"):
        line.stub.Create(request)


def test_what_is_not_there_is_unimplemented_and_nothing_worse(lines: Lines) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        lines.to("gcp").stub.Parameterize(provider_pb2.ParameterizeRequest())
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize(("moment", "there"), [("before", 0), ("after", 1)])
def test_a_fault_strikes_once_before_the_world_changed_or_after(lines: Lines, moment: str, there: int) -> None:
    fault = FailOnce("create", the.NETWORK, "lightning", moment="before" if moment == "before" else "after")
    lines.clouds.interceptors.append(fault)
    line = lines.to("gcp")
    line.configure(project=HOST)
    assert line.create(the.NETWORK, {"name": "n"}, preview=True).id == ""
    with pytest.raises(grpc.RpcError, match="lightning"):
        line.create(the.NETWORK, {"name": "n"})
    assert len(lines.clouds.world.objects(the.NETWORK)) == there
    assert line.create(the.NETWORK, {"name": "m"}).id.endswith("/m")


def test_a_cut_connection_has_its_own_status(lines: Lines) -> None:
    class Cut(LetPass):
        def before(self, operation: Operation) -> None:
            if operation.verb == "create":
                raise ProviderError("connection lost", code=grpc.StatusCode.UNAVAILABLE)

    lines.clouds.interceptors.append(Cut())
    line = lines.to("gcp")
    line.configure(project=HOST)
    with pytest.raises(grpc.RpcError) as caught:
        line.create(the.NETWORK, {"name": "n"})
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("verb", ["create", "update"])
def test_what_is_partial_is_told_with_its_id_and_what_became_of_it(lines: Lines, verb: str) -> None:
    lines.clouds.interceptors.append(Injector(parse_rule(f"{the.NETWORK} {verb} once partial")))
    line = lines.to("gcp")
    line.configure(project=HOST)
    given: Properties = {"name": "n", "autoCreateSubnetworks": False}
    id_ = f"projects/{HOST}/global/networks/n"
    if verb == "create":
        with pytest.raises(grpc.RpcError) as caught:
            line.create(the.NETWORK, given)
    else:
        made, given = line.create(the.NETWORK, given), {**given, "mtu": 1500}
        with pytest.raises(grpc.RpcError) as caught:
            line.update(the.NETWORK, id_, {}, made.properties, given)
    error: Any = caught.value
    [told] = [value for name, value in error.trailing_metadata() if name == "grpc-status-details-bin"]
    status = status_pb2.Status.FromString(told)
    half = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(half)
    record = lines.clouds.world.get(the.NETWORK, id_)
    assert record is not None
    assert (half.id, decode(half.inputs), decode(half.properties)) == (id_, given, record.outputs)
    assert list(half.reasons) == [status.message]


def test_an_interceptor_sees_what_happens_in_its_order(lines: Lines) -> None:
    seen: list[tuple[str, str, str]] = []

    class Watch(LetPass):
        def before(self, operation: Operation) -> None:
            seen.append((operation.verb, operation.provider, operation.type))

    lines.clouds.interceptors.append(Watch())
    line = lines.to("gcp")
    line.configure(project=HOST)
    line.create(the.NETWORK, {"name": "n"})
    assert seen == [("configure", "gcp", ""), ("create", "gcp", the.NETWORK)]


def test_of_many_creates_of_one_name_at_once_one_wins(lines: Lines) -> None:
    line = lines.to("gcp")
    line.configure(project=HOST)
    request = provider_pb2.CreateRequest(urn=urn(the.NETWORK), properties=encode({"name": "n"}))
    futures: list[Any] = [line.stub.Create.future(request) for _ in range(20)]
    codes = [grpc.StatusCode.OK if future.exception() is None else None for future in futures]
    assert codes.count(grpc.StatusCode.OK) == 1
    assert len(lines.clouds.world.objects(the.NETWORK)) == 1


def test_a_fault_of_the_simulator_is_told_as_such(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: World, *parts: str) -> str:
        raise ZeroDivisionError(str(parts))

    line = lines.to("gcp")
    line.configure(project=HOST)
    monkeypatch.setattr(World, "digest", broken)
    with pytest.raises(
        grpc.RpcError, match="that is a fault of the rehearsal and not of the program: ZeroDivisionError"
    ):
        line.create(the.NETWORK, {"name": "n"})


def test_seeded_objects_are_complete_when_the_clouds_open() -> None:
    world = World(seed="test")
    world.seed(INVENTORY)
    hands = the.hands()
    made = the.admin(hands)
    record = hands.world.get(the.ADMIN, made.id)
    assert record is not None
    inputs = {key: value for key, value in record.inputs.items() if key != "__defaults"}
    data = {**INVENTORY.to_json(), "existing": [{"type": the.ADMIN, "id": made.id, "inputs": inputs}]}
    world.seed(Inventory.from_json(data))
    assert [(one.type, one.id) for one in world.inventory.existing] == [(the.ADMIN, made.id)]
    with Clouds(world):
        pass
    adopted = world.get(the.ADMIN, made.id)
    assert adopted is not None
    assert adopted.text("state") == "RUNNING"
    assert [member.id.rpartition("/")[2] for member in world.objects(the.MEMBERSHIP)] == ["onp1-admin"]
