"""What surrounds the components: what is let in, which providers it runs on, and what comes out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
import yaml

from infra.environment import build
from infra.program import run
from infra.reviewed import RefusedError
from model.config.stack import OPTIONAL, SECTIONS
from operations.record import Recording, record
from tests.model.cases import DEV, ORGANISATION, ROOT, SANDBOX, edited, environment
from tests.program.programs import ENVIRONMENTS, configuration, project, recorded, void


class TestReviewed:
    """Only what was reviewed is deployed."""

    def given(self, root: Path, name: str, change: Callable[[dict[str, str]], object]) -> Recording:
        config = configuration(root, name)
        change(config)
        return record(lambda: run(name, root), stack=name, config=config)

    def test_a_value_given_past_the_file_is_refused_by_its_name(self) -> None:
        def change(config: dict[str, str]) -> None:
            vpn = json.loads(config["hybrid:vpn"])
            vpn["asn"] = 64999
            vpn["tunnels"]["t0-if0-fw-a"]["priority"] = 7
            config["hybrid:vpn"] = json.dumps(vpn)

        with pytest.raises(RefusedError) as refused:
            self.given(ROOT, "dev", change)
        assert "hybrid:vpn.asn: 64602 in the file, 64999 in the engine" in str(refused.value)
        assert "hybrid:vpn.tunnels.t0-if0-fw-a.priority: 100 in the file, 7 in the engine" in str(refused.value)
        assert "asn" in str(refused.value)
        assert "hybrid:network" not in str(refused.value)

    def test_an_item_added_past_the_file_is_refused(self) -> None:
        def change(config: dict[str, str]) -> None:
            access = json.loads(config["hybrid:access"])
            access["grants"]["platform"]["roles"].append("roles/container.admin")
            config["hybrid:access"] = json.dumps(access)

        with pytest.raises(RefusedError, match=r"hybrid:access\.grants\.platform\.roles: 6 items in the file, 7"):
            self.given(ROOT, "dev", change)

    @pytest.mark.parametrize(("day", "refused"), [("2026-11-04", False), ("2026-11-05", True)])
    def test_a_date_without_quotes_is_the_midnight_that_the_engine_makes_of_it(
        self, tmp_path: Path, day: str, *, refused: bool
    ) -> None:
        drill = {"drill: {disabled_peers: []}": "drill: {disabled_peers: [t0-if0-fw-a-bgp], expires: 2026-11-04}"}
        root = project(tmp_path, edited(DEV, drill))

        def change(config: dict[str, str]) -> None:
            vpn = json.loads(config["hybrid:vpn"])
            vpn["drill"]["expires"] = f"{day}T00:00:00Z"
            config["hybrid:vpn"] = json.dumps(vpn)

        if refused:
            with pytest.raises(
                RefusedError, match=r"drill\.expires: .2026-11-04. in the file, .2026-11-05. in the engine"
            ):
                self.given(root, "dev", change)
        else:
            assert self.given(root, "dev", change).resources

    def test_a_section_that_the_engine_lacks_is_refused(self) -> None:
        with pytest.raises(RefusedError, match="hybrid:fleet: the engine has no value"):
            self.given(ROOT, "dev", lambda config: config.pop("hybrid:fleet"))

    def test_a_value_that_is_no_such_thing_is_refused(self) -> None:
        def change(config: dict[str, str]) -> None:
            config["hybrid:fleet"] = json.dumps({**json.loads(config["hybrid:fleet"]), "colour": "blue"})

        with pytest.raises(RefusedError, match=r"hybrid:fleet\.colour"):
            self.given(ROOT, "dev", change)

    def test_the_same_configuration_is_let_through(self) -> None:
        assert not self.given(ROOT, "dev", lambda config: None).differences(recorded("dev"))

    def test_every_mistake_of_every_file_is_shown_before_anything_is_registered(self, tmp_path: Path) -> None:
        root = project(
            tmp_path,
            edited(SANDBOX, {"asn: 64601": "asn: 64602"}),
            edited(ORGANISATION, {"domain: fjellverket.example": "domain: 7"}),
        )
        with pytest.raises(RefusedError) as refused:
            record(lambda: run("dev", root), stack="dev")
        assert "stacks/organisation.yaml:" in str(refused.value)
        assert "nothing is deployed" in str(refused.value)

    def test_a_mistake_in_another_stack_stops_this_one(self, tmp_path: Path) -> None:
        root = project(tmp_path, edited(SANDBOX, {"asn: 64601": "asn: 65010"}))
        with pytest.raises(RefusedError, match=r"stacks/Pulumi\.sandbox\.yaml:\d+:\d+.*65010"):
            record(lambda: run("dev", root), stack="dev", config=configuration(root, "dev"))

    def test_a_stack_without_a_file_is_told_which_there_are(self) -> None:
        with pytest.raises(RefusedError, match=r"'staging'.*dev, prod, sandbox, test"):
            record(lambda: run("staging", ROOT), stack="staging")

    def test_warnings_are_those_of_this_stack_and_of_what_is_shared(self) -> None:
        texts = "\n".join(text for _, text in recorded("prod").messages)
        assert "support of 1.31 ends" in texts
        assert "Pulumi.sandbox.yaml" not in texts


class TestOutputs:
    """What others build on."""

    def test_an_in_cluster_operator_is_told_about_each_cluster(self) -> None:
        clusters = cast("dict[str, dict[str, object]]", recorded("dev").outputs[""]["clusters"])
        onprem, gke = clusters["onp1-dev"], clusters["gcp1-dev"]
        assert onprem["control_plane_ranges"] == (
            "10.20.17.11/32",
            "10.20.17.12/32",
            "10.20.17.13/32",
            "10.20.17.10/32",
        )
        assert onprem["worker_ranges"] == (
            "10.20.17.100/30",
            "10.20.17.104/29",
            "10.20.17.112/28",
            "10.20.17.128/26",
            "10.20.17.192/29",
        )
        assert onprem["identity_provider"] == (
            "https://gkehub.googleapis.com/projects/varde-k8s-dev-5e6f/locations/europe-north1"
            "/memberships/onp1-dev-user-cluster"
        )
        assert onprem["topology_key"] == "kubernetes.io/hostname"
        assert gke["control_plane_ranges"] == ("10.40.28.0/28",)
        assert gke["worker_ranges"] == ("10.40.16.0/22",)
        assert gke["identity_provider"] == (
            "https://container.googleapis.com/v1/projects/varde-k8s-dev-5e6f/locations/europe-north1/clusters/gcp1-dev"
        )
        assert gke["topology_key"] == "topology.kubernetes.io/zone"
        assert gke["workload_pool"] == onprem["workload_pool"] == "varde-k8s-dev-5e6f.svc.id.goog"

    def test_the_order_sheet_names_both_firewalls_as_peers_of_the_gateway(self) -> None:
        rows = cast("tuple[dict[str, object], ...]", recorded("dev").outputs[""]["firewall_order_sheet"])
        (tunnels,) = [row for row in rows if row["key"] == "tunnels"]
        assert tunnels["from"] == ("fw-a: 198.51.100.20/32", "fw-b: 203.0.113.20/32")
        assert [row["number"] for row in rows] == list(range(1, 13))

    def test_what_waits_for_the_directory_is_listed(self, tmp_path: Path) -> None:
        team = "stacks/teams/stier.yaml"
        root = project(tmp_path, edited(team, {"state: active": "state: pending"}))
        recording = record(lambda: run("dev", root), stack="dev", config=configuration(root, "dev"))
        waiting = cast("tuple[dict[str, str], ...]", recording.outputs[""]["waiting_for_sync"])
        assert {each["group"] for each in waiting} == {"varde-team-stier@fjellverket.example"}
        assert recorded("dev").outputs[""]["waiting_for_sync"] == ()


class TestProviders:
    """What a provider would take from the caller's own machine is stated, or left to the machine on purpose."""

    def test_no_credential_is_given_to_a_provider(self) -> None:
        for name in ENVIRONMENTS:
            for provider in (each for each in recorded(name).resources if each.is_provider):
                assert not {"user", "password", "credentials", "accessToken"} & provider.inputs.keys()

    def test_the_callers_environment_changes_no_provider(self, monkeypatch: pytest.MonkeyPatch) -> None:
        before = _providers(recorded("dev"))
        for variable, value in {
            "GOOGLE_PROJECT": "elsewhere",
            "GOOGLE_REGION": "mars-east1",
            "GOOGLE_ZONE": "mars-east1-a",
            "VSPHERE_ALLOW_UNVERIFIED_SSL": "true",
            "VSPHERE_PERSIST_SESSION": "true",
            "VSPHERE_CLIENT_DEBUG": "true",
            "VSPHERE_VIM_KEEP_ALIVE": "3",
            "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY": "false",
            "PULUMI_K8S_DELETE_UNREACHABLE": "true",
            "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE": "true",
            "KUBECONFIG": "/nowhere",
        }.items():
            monkeypatch.setenv(variable, value)
        env = environment("dev")
        assert _providers(record(lambda: void(build(env)), stack="dev")) == before

    def test_vcenters_certificate_is_always_verified(self) -> None:
        for name in ENVIRONMENTS:
            (provider,) = recorded(name).of_type("pulumi:providers:vsphere")
            assert provider.inputs["allowUnverifiedSsl"] == "false"


def _providers(recording: Recording) -> dict[str, object]:
    return {each.urn: dict(each.inputs) for each in recording.resources if each.is_provider}


class TestProjectFile:
    """Pulumi.yaml and the program say the same."""

    def declared(self) -> dict[str, dict[str, object]]:
        return yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))["config"]

    def test_every_section_of_a_stack_is_declared_and_required_unless_nothing_is_its_default(self) -> None:
        sections = {key: value for key, value in self.declared().items() if not key.startswith("pulumi:")}
        assert sections.keys() == SECTIONS.keys()
        assert all(value["type"] == "object" for value in sections.values())
        assert {key for key, value in sections.items() if "default" in value} == OPTIONAL
        assert all(sections[key]["default"] == {} for key in OPTIONAL)

    def test_no_package_of_the_program_has_a_default_provider(self) -> None:
        disabled = self.declared()["pulumi:disable-default-providers"]["value"]
        packages = {each.type.split(":")[0] for name in ENVIRONMENTS for each in recorded(name).resources}
        assert packages - {"pulumi", "hybrid"} == set(cast("list[str]", disabled))
