"""Nothing is used twice and everything lies where it belongs, over all environments."""

from __future__ import annotations

from model.rules import (
    addresses,
    addresses_cloud,
    addresses_onprem,
    host_names,
    network,
    vpn,
    vpn_redundancy,
    vpn_shared,
)
from model.rules.registries import environment_rules, estate_rules
from tests.model.cases import (
    DEV,
    ORGANISATION,
    PROD,
    SANDBOX,
    TEST,
    edited,
    of_rule,
    problems,
    refused,
    sample,
    second_generation,
)

MODULES = (addresses, addresses_cloud, addresses_onprem, host_names, network, vpn, vpn_redundancy, vpn_shared)
NAMES = {module.__name__ for module in MODULES}
OVER_ALL = [rule for rule in estate_rules if rule.check.__module__ in NAMES]
OVER_ONE = [rule for rule in environment_rules if rule.check.__module__ in NAMES]
RULES = {rule.number for rule in (*OVER_ALL, *OVER_ONE)}


def test_the_sample_breaks_no_rule_about_addresses_the_network_and_the_vpn() -> None:
    assert {rule.check.__module__ for rule in (*OVER_ALL, *OVER_ONE)} == NAMES
    assert not [finding for rule in OVER_ALL for finding in rule.check(sample())]
    environments = sample().environments.values()
    assert not [finding for rule in OVER_ONE for env in environments for finding in rule.check(env)]


class TestFixtures:
    """The cases that the sample organisation names."""

    def test_a_node_network_in_another_environments_block_overlaps_it_and_lies_outside_its_own(self) -> None:
        edit = edited(TEST, {"        range: 10.20.33.0/24\n": "        range: 10.20.17.0/24\n"})
        overlap = refused("X6", edit, saying="on-prem network 10.20.17.0/24 of node of dev (stacks/Pulumi.dev.yaml:")
        assert overlap.file == TEST
        assert refused("D23", edit, saying="outside 10.20.32.0/20").file == TEST

    def test_user_pods_on_another_environments_pods_are_refused_and_a_free_range_is_named(self) -> None:
        edit = edited(DEV, {"        pods: 100.98.0.0/16\n": "        pods: 100.96.0.0/16\n"})
        problem = refused("A32", edit, saying="pod range 100.96.0.0/16 of onp1-sandbox (stacks/Pulumi.sandbox.yaml:")
        assert problem.file == DEV
        free = problem.remedy.rsplit("such as ", 1)[1]
        assert not of_rule("A32", edited(DEV, {"        pods: 100.98.0.0/16\n": f"        pods: {free}\n"}))

    def test_services_left_at_the_default_of_on_prem_clusters_are_refused(self) -> None:
        edit = edited(PROD, {"        services: 100.103.0.0/20\n": "        services: 10.96.0.0/20\n"})
        assert refused("A32", edit, saying="default service range of on-prem clusters").file == PROD

    def test_documentation_addresses_are_refused_where_the_organisation_is_real(self) -> None:
        edit = edited(ORGANISATION, {"allow_documentation_ranges: true": "allow_documentation_ranges: false"})
        found = of_rule("D2", edit)
        texts = " ".join(problem.message for problem in found)
        for address in ("198.51.100.40", "203.0.113.10", "192.0.2.41", "192.0.2.42", "192.0.2.45"):
            assert address in texts
        # Two peers, the egress addresses and one ingress address of four environments.
        assert len(found) == 4 * 2 + 5 + 4

    def test_the_second_generation_of_a_cluster_collides_with_nothing(self) -> None:
        found = [problem for problem in problems(second_generation()) if problem.rule in RULES | {"format"}]
        before = {problem.message for problem in problems()}
        assert not [problem for problem in found if problem.message not in before]

    def test_the_second_generation_on_the_first_ones_addresses_is_refused(self) -> None:
        edit = {DEV: second_generation()[DEV].replace("10.20.18.", "10.20.17.")}
        assert refused("X6", edit, saying="on-prem network 10.20.17.0/24 of node of dev")
        assert refused("B45", edit, saying="worker addresses 10.20.17.100-10.20.17.199 of onp1-dev")
        assert refused("B46", edit, saying="address pool 10.20.17.50 of eastwest of onp1-dev")

    def test_an_ingress_vip_in_the_pool_of_another_cluster_is_refused(self) -> None:
        text = second_generation()[DEV].replace("ingress_vip: 10.20.18.30", "ingress_vip: 10.20.17.35")
        assert refused("B46", {DEV: text}, saying="ingress VIP 10.20.17.35 of onp2-dev overlaps address pool")


class TestOverEnvironments:
    """Ranges and addresses of any two environments, and of the organisation."""

    def test_a_secondary_range_of_another_environment_is_refused(self) -> None:
        edit = edited(PROD, {"pods: 100.70.0.0/16": "pods: 100.66.0.0/16"})
        assert refused("C22", edit, saying="GKE pod range 100.66.0.0/16 of pods of subnet nodes of dev").file == PROD

    def test_gke_pods_outside_the_cluster_internal_space_are_refused(self) -> None:
        edit = edited(PROD, {"pods: 100.70.0.0/16": "pods: 10.128.0.0/16"})
        assert refused("C22", edit, saying="outside 100.64.0.0/10").file == PROD

    def test_on_prem_pods_outside_the_cluster_internal_space_are_refused(self) -> None:
        edit = edited(PROD, {"pods: 100.102.0.0/16": "pods: 10.128.0.0/16"})
        assert refused("A32", edit, saying="outside 100.64.0.0/10").file == PROD

    def test_a_subnet_on_a_reserved_range_is_refused(self) -> None:
        edit = edited(PROD, {"range: 10.40.56.0/24": "range: 172.17.0.0/24"})
        assert refused("C22", edit, saying="container bridge of the nodes").file == PROD

    def test_a_subnet_outside_the_advertised_block_is_refused(self) -> None:
        edit = edited(PROD, {"range: 10.40.56.0/24": "range: 10.41.56.0/24"})
        assert refused("D23", edit, saying="outside 10.40.48.0/20").file == PROD

    def test_a_subnet_on_an_on_prem_network_is_refused(self) -> None:
        edit = edited(PROD, {"range: 10.40.56.0/24": "range: 10.20.49.0/24"})
        assert refused("B49", edit, saying="10.20.49.0/24 of node of prod").file == PROD

    def test_a_control_plane_range_on_a_subnet_or_of_another_size_is_refused(self) -> None:
        on_subnet = edited(PROD, {"control_plane: 10.40.60.0/28": "control_plane: 10.40.56.16/28"})
        assert refused("C23", on_subnet, saying="subnet 10.40.56.0/24 of ilb of prod")
        too_large = edited(PROD, {"control_plane: 10.40.60.0/28": "control_plane: 10.40.60.0/27"})
        assert refused("C23", too_large, saying="not a private /28")
        public = edited(PROD, {"control_plane: 10.40.60.0/28": "control_plane: 8.8.8.0/28"})
        assert refused("C23", public, saying="not a private /28")
        elsewhere = edited(PROD, {"control_plane: 10.40.60.0/28": "control_plane: 10.40.76.0/28"})
        assert refused("C23", elsewhere, saying="outside 10.40.48.0/20")

    def test_two_environments_with_one_cloud_block_are_refused(self) -> None:
        edit = edited(PROD, {"    cloud: 10.40.48.0/20\n": "    cloud: 10.40.32.0/20\n"})
        assert refused("X6", edit, saying="environment block 10.40.32.0/20 of test in the cloud").file == PROD
        assert not [each for each in of_rule("D23", edit) if "advertise the same addresses" in each.message]

    def test_a_block_outside_the_organisations_space_or_on_a_reservation_is_refused(self) -> None:
        outside = edited(PROD, {"    cloud: 10.40.48.0/20\n": "    cloud: 10.50.48.0/20\n"})
        assert refused("X6", outside, saying="outside 10.40.0.0/16").file == PROD
        reserved = edited(PROD, {"    on_prem: 10.20.48.0/20\n": "    on_prem: 10.20.240.0/20\n"})
        assert refused("X6", reserved, saying="vCenter and ESXi management").file == PROD

    def test_a_block_that_both_sides_would_advertise_is_refused(self) -> None:
        edit = edited(PROD, {"    cloud: 10.40.48.0/20\n": "    cloud: 10.20.48.0/20\n"})
        assert refused("D23", edit, saying="advertise the same addresses").file == PROD

    def test_an_on_prem_network_on_the_shared_services_is_refused(self) -> None:
        edit = edited(PROD, {"        range: 10.20.49.0/24\n": "        range: 10.20.255.0/24\n"})
        assert refused("X6", edit, saying="shared network 10.20.255.0/24").file == PROD

    def test_the_address_of_a_shared_service_is_refused_for_anything_else(self) -> None:
        edit = edited(PROD, {"        gateway: 10.20.49.1\n": "        gateway: 10.20.255.10\n"})
        assert refused("B45", edit, saying="dns1.oslo1.fjellverket.example (stacks/organisation.yaml:").file == PROD

    def test_an_esxi_host_on_another_hosts_address_is_refused(self) -> None:
        edit = edited(PROD, {"address: 10.20.254.80": "address: 10.20.254.74"})
        assert refused("B45", edit, saying="ESXi host esx01.dev.oslo1").file == PROD

    def test_a_gateway_among_the_worker_addresses_is_refused(self) -> None:
        edit = edited(PROD, {"[10.20.49.100-10.20.49.199]": "[10.20.49.1-10.20.49.9, 10.20.49.100-10.20.49.199]"})
        assert refused("B45", edit, saying="gateway 10.20.49.1 of network node of prod")

    def test_a_workstation_on_a_control_plane_address_is_refused_and_a_free_one_is_named(self) -> None:
        edit = edited(PROD, {"      address: 10.20.48.5\n": "      address: 10.20.48.12\n"})
        problem = refused("A7", edit, saying="such as 10.20.48.2")
        assert "10.20.48.11-10.20.48.13 of onp1-prod-admin" in problem.message

    def test_a_control_plane_vip_in_an_address_pool_is_refused(self) -> None:
        edit = edited(DEV, {"vip: 10.20.17.10\n": "vip: 10.20.17.35\n"})
        problem = refused("B46", edit, saying="VIP 10.20.17.35 of onp1-dev overlaps address pool")
        assert "vip: 10.20.17.35" in edit[DEV].splitlines()[problem.line - 1]

    def test_two_pools_with_a_common_address_are_refused(self) -> None:
        edit = edited(DEV, {"10.20.17.40-10.20.17.49": "10.20.17.39-10.20.17.49"})
        assert refused("B46", edit, saying="address pool 10.20.17.30-10.20.17.39 of internal of onp1-dev")

    def test_a_vip_on_a_node_of_its_own_control_plane_is_refused(self) -> None:
        edit = edited(DEV, {"vip: 10.20.17.10\n": "vip: 10.20.17.12\n"})
        assert refused("B22", edit, saying="10.20.17.11-10.20.17.13 of onp1-dev")

    def test_four_name_servers_are_refused(self) -> None:
        host = "    - {name: dns1.oslo1.fjellverket.example, address: 10.20.255.10}\n"
        more = "".join(host.replace("dns1", f"dns{n}").replace(".10}", f".{n}}}") for n in (3, 4))
        assert refused("A28", edited(ORGANISATION, {host: host + more}), saying="4 name servers")

    def test_a_public_address_with_two_uses_or_that_is_private_is_refused(self) -> None:
        again = edited(PROD, {"egress-2: 192.0.2.42": "egress-2: 192.0.2.21"})
        assert refused("D2", again, saying="egress address 192.0.2.21 of egress-1 of dev (stacks/Pulumi.dev.yaml:")
        private = edited(SANDBOX, {"address: 198.51.100.10": "address: 10.1.1.1"})
        assert refused("D2", private, saying="not a public address").file == SANDBOX

    def test_an_address_that_google_has_not_given_out_yet_is_no_problem(self) -> None:
        assert not problems_of_form(edited(PROD, {"egress-2: 192.0.2.42": "egress-2:"}))


def problems_of_form(edit: dict[str, str]) -> list[str]:
    return [problem.text() for problem in problems(edit) if problem.rule in {"format", "D2"}]
