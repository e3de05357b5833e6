"""How traffic should reach a service: which choices suit, why the others do not, and the objects of each."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
import yaml

from model.config.onprem_balancer import LoadBalancerKind
from model.planning.members import workload_members
from model.planning.traffic.choice import TRAITS, Choice, Verdict, select
from model.planning.traffic.need import Need, Offer, Protocol, Source, offer
from model.planning.traffic.objects import Exposed, objects
from tests.model.cases import sample

GKE = Offer(
    "gcp1-dev", on_google=True, balancer=None, pools=frozenset(), proxy_subnet=True, mesh=True, multi_cluster=True
)
ONPREM = Offer(
    "onp1-dev",
    on_google=False,
    balancer=LoadBalancerKind.METAL_LB,
    pools=frozenset({"internal", "external"}),
    proxy_subnet=True,
    mesh=True,
    multi_cluster=False,
)
SERVICE = Exposed("api", "varsel-main", 8080, "api.onp1-dev.varde-intern.fjellverket.example")
SWITCHES = (False, True)
NEEDS = [
    Need(source, protocol, routes=routes, identity=identity, several=several)
    for source, protocol in product(Source, Protocol)
    for routes, identity, several in product(SWITCHES, SWITCHES, SWITCHES)
]


def suited(need: Need, offered: Offer) -> list[Choice]:
    return [each.choice for each in select(need, offered) if each.suits]


def verdict(choice: Choice, need: Need, offered: Offer) -> Verdict:
    [found] = [each for each in select(need, offered) if each.choice is choice]
    return found


@pytest.mark.parametrize("offered", [GKE, ONPREM], ids=["gke", "onprem"])
def test_every_choice_is_judged_with_a_reason_and_those_that_suit_come_first(offered: Offer) -> None:
    for need in NEEDS:
        found = select(need, offered)
        assert {each.choice for each in found} == set(Choice)
        assert all(each.reasons for each in found)
        assert [each.suits for each in found] == sorted((each.suits for each in found), reverse=True)
        for each in found:
            if each.suits:
                assert need.source in TRAITS[each.choice].sources
                assert not (need.protocol is Protocol.UDP and TRAITS[each.choice].layer == 7)


def test_nothing_of_googles_is_ever_chosen_for_a_cluster_elsewhere() -> None:
    for need in NEEDS:
        for choice in suited(need, ONPREM):
            text = str(objects(choice, SERVICE, need, ONPREM))
            assert "gke" not in text
            assert "cloud.google.com" not in text


class TestSelection:
    def test_a_web_service_for_people_on_the_internet_goes_through_the_meshs_gateway_on_every_cluster(self) -> None:
        need = Need(Source.INTERNET, Protocol.HTTP, routes=True)
        assert suited(need, GKE)[0] is suited(need, ONPREM)[0] is Choice.MESH_INGRESS

    def test_without_a_mesh_a_gke_cluster_uses_googles_gateways(self) -> None:
        need = Need(Source.INTERNET, Protocol.HTTP, routes=True)
        assert suited(need, replace(GKE, mesh=False))[0] is Choice.EXTERNAL_GATEWAY
        assert suited(replace(need, source=Source.INTERNAL), replace(GKE, mesh=False))[0] is Choice.INTERNAL_GATEWAY

    def test_inside_a_cluster_an_address_is_enough_unless_callers_must_be_known(self) -> None:
        need = Need(Source.CLUSTER, Protocol.HTTP)
        assert suited(need, ONPREM)[0] is Choice.CLUSTER_IP
        assert suited(replace(need, identity=True), ONPREM) == [Choice.MESH]

    def test_udp_from_outside_needs_a_balancer_for_connections(self) -> None:
        assert suited(Need(Source.INTERNET, Protocol.UDP), GKE) == [Choice.NETWORK_LOAD_BALANCER]
        assert suited(Need(Source.INTERNAL, Protocol.UDP), ONPREM) == [Choice.INTERNAL_LOAD_BALANCER]
        assert suited(Need(Source.INTERNET, Protocol.UDP, routes=True), GKE) == []

    def test_an_internal_gateway_needs_the_proxy_only_subnet(self) -> None:
        need = Need(Source.INTERNAL, Protocol.HTTP)
        assert verdict(Choice.INTERNAL_GATEWAY, need, GKE).suits
        without = verdict(Choice.INTERNAL_GATEWAY, need, replace(GKE, proxy_subnet=False))
        assert without.reasons == ("the VPC has no proxy-only subnet (C62)",)

    def test_a_metallb_cluster_without_the_pool_says_so_and_one_with_a_balancer_of_its_own_needs_none(self) -> None:
        need = Need(Source.INTERNAL, Protocol.TCP)
        bare = replace(ONPREM, pools=frozenset[str]())
        assert "no MetalLB pool 'internal'" in verdict(Choice.INTERNAL_LOAD_BALANCER, need, bare).reasons[0]
        assert verdict(Choice.INTERNAL_LOAD_BALANCER, need, replace(bare, balancer=LoadBalancerKind.MANUAL)).suits

    def test_several_clusters_are_the_meshs_while_the_fleet_features_are_off(self) -> None:
        need = Need(Source.CLUSTERS, Protocol.GRPC, several=True)
        assert suited(need, ONPREM) == [Choice.MESH]
        assert Choice.MULTI_CLUSTER_SERVICE in suited(need, GKE)
        off = verdict(Choice.MULTI_CLUSTER_SERVICE, need, replace(GKE, multi_cluster=False))
        assert "fleet feature" in off.reasons[0]


class TestOffers:
    def test_the_sample_offers_what_its_files_say(self) -> None:
        env = sample().environments["dev"]
        found = {member.cluster: offer(env, member) for member in workload_members(env)}
        assert found["gcp1-dev"].on_google
        assert found["gcp1-dev"].proxy_subnet
        assert not found["onp1-dev"].on_google
        assert found["onp1-dev"].pools == {"internal", "external", "eastwest"}
        assert found["onp1-dev"].mesh


class TestObjects:
    @staticmethod
    def _made(choice: Choice, need: Need, offered: Offer) -> list[dict[str, Any]]:
        made = objects(choice, SERVICE, need, offered)
        assert yaml.safe_load(yaml.safe_dump(made[0])) == made[0]
        assert all({"apiVersion", "kind", "metadata"} <= each.keys() for each in made)
        assert {each["metadata"]["namespace"] for each in made} == {SERVICE.namespace}
        return list(made)

    @pytest.mark.parametrize("offered", [GKE, ONPREM], ids=["gke", "onprem"])
    def test_every_choice_that_suits_has_a_service_and_nothing_points_elsewhere(self, offered: Offer) -> None:
        for need in NEEDS:
            for choice in suited(need, offered):
                made = self._made(choice, need, offered)
                assert made[0]["kind"] == "Service"
                assert made[0]["spec"]["ports"][0]["port"] == SERVICE.port
                assert made[0]["spec"]["ports"][0]["protocol"] == ("UDP" if need.protocol is Protocol.UDP else "TCP")

    def test_an_internal_balancer_is_asked_for_by_annotation_on_gke_and_by_pool_on_prem(self) -> None:
        need = Need(Source.INTERNAL, Protocol.TCP)
        [gke] = self._made(Choice.INTERNAL_LOAD_BALANCER, need, GKE)
        assert gke["metadata"]["annotations"] == {"networking.gke.io/load-balancer-type": "Internal"}
        [onprem] = self._made(Choice.INTERNAL_LOAD_BALANCER, need, ONPREM)
        assert onprem["metadata"]["annotations"] == {"metallb.universe.tf/address-pool": "internal"}

    def test_a_gateway_names_its_class_and_the_route_names_the_gateway(self) -> None:
        need = Need(Source.INTERNAL, Protocol.HTTP)
        _, gateway, route = self._made(Choice.INTERNAL_GATEWAY, need, GKE)
        assert gateway["spec"]["gatewayClassName"] == "gke-l7-rilb"
        assert route["spec"]["parentRefs"] == [{"name": "api", "namespace": "varsel-main"}]
        assert route["spec"]["rules"][0]["backendRefs"] == [{"name": "api", "port": 8080}]

    def test_failover_in_the_mesh_comes_with_outlier_detection(self) -> None:
        _, rule = self._made(Choice.MESH, Need(Source.CLUSTERS, Protocol.HTTP, several=True), ONPREM)
        assert {"outlierDetection", "loadBalancer"} < rule["spec"]["trafficPolicy"].keys()
        _, plain = self._made(Choice.MESH, Need(Source.CLUSTER, Protocol.HTTP), ONPREM)
        assert plain["spec"]["trafficPolicy"] == {"tls": {"mode": "ISTIO_MUTUAL"}}

    def test_plain_connections_pass_the_meshs_gateway_as_tls_and_are_routed_as_tcp(self) -> None:
        _, gateway, virtual = self._made(Choice.MESH_INGRESS, Need(Source.INTERNET, Protocol.TCP), GKE)
        assert gateway["spec"]["servers"][0]["port"]["protocol"] == "TLS"
        assert gateway["spec"]["selector"] == {"istio": "ingressgateway-external"}
        assert "tcp" in virtual["spec"]

    def test_an_ingress_on_gke_is_container_native(self) -> None:
        need = Need(Source.INTERNET, Protocol.HTTP)
        service, ingress = self._made(Choice.INGRESS, need, GKE)
        assert service["metadata"]["annotations"] == {"cloud.google.com/neg": '{"ingress": true}'}
        assert ingress["metadata"]["annotations"] == {"kubernetes.io/ingress.class": "gce"}
        plain, controlled = self._made(Choice.INGRESS_CONTROLLER, need, ONPREM)
        assert "annotations" not in plain["metadata"]
        assert controlled["spec"]["ingressClassName"] == "nginx"
