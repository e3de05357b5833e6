"""The Kubernetes objects that a choice needs, as plain data in the API's own spelling.

Product teams do not write mesh objects themselves (G22): the platform's operator does; they are shown for it.
Sources: https://cloud.google.com/kubernetes-engine/docs/how-to/internal-load-balancing,
https://cloud.google.com/kubernetes-engine/docs/how-to/deploying-gateways,
https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing,
https://istio.io/latest/docs/reference/config/networking/, https://metallb.universe.tf/usage/.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from model.config.onprem_balancer import LoadBalancerKind
from model.planning.traffic.choice import Choice
from model.planning.traffic.need import Need, Offer, Protocol, Source

GATEWAY_NAMESPACE: Final = "istio-gateways"
"""Where the mesh's gateways are."""

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Exposed:
    """The service that is exposed: its name, namespace, port, and the host name that callers use."""

    name: str
    namespace: str
    port: int
    host: str


def objects(choice: Choice, service: Exposed, need: Need, offered: Offer) -> tuple[Object, ...]:
    """Return the objects that `choice` needs for `service`, in the order in which they are applied."""
    return _MAKERS[choice](service, need, offered)


def _object(version: str, kind: str, service: Exposed, spec: Object, **metadata: Any) -> Object:
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": service.name, "namespace": service.namespace, **metadata},
        "spec": spec,
    }


def _service(service: Exposed, need: Need, kind: str = "ClusterIP", **annotations: str) -> Object:
    transport = "UDP" if need.protocol is Protocol.UDP else "TCP"
    # The mesh and Google's load balancers tell the protocol by this field.
    known = {Protocol.GRPC: "kubernetes.io/h2c", Protocol.HTTP: "http"}.get(need.protocol)
    port: Object = {"name": need.protocol.value, "port": service.port, "protocol": transport}
    if known is not None:
        port["appProtocol"] = known
    spec: Object = {"type": kind, "selector": {"app": service.name}, "ports": [port]}
    return _object("v1", "Service", service, spec, **({"annotations": annotations} if annotations else {}))


def _cluster_ip(service: Exposed, need: Need, _: Offer) -> tuple[Object, ...]:
    return (_service(service, need),)


def _balanced(pool: str) -> Callable[[Exposed, Need, Offer], tuple[Object, ...]]:
    def make(service: Exposed, need: Need, offered: Offer) -> tuple[Object, ...]:
        if offered.on_google:
            internal = {"networking.gke.io/load-balancer-type": "Internal"}
            external = {"cloud.google.com/l4-rbs": "enabled"}
            return (_service(service, need, "LoadBalancer", **(internal if pool == "internal" else external)),)
        if offered.balancer is LoadBalancerKind.METAL_LB:
            return (_service(service, need, "LoadBalancer", **{"metallb.universe.tf/address-pool": pool}),)
        return (_service(service, need, "LoadBalancer"),)

    return make


def _route(service: Exposed, gateway: str, namespace: str) -> Object:
    return _object(
        "gateway.networking.k8s.io/v1",
        "HTTPRoute",
        service,
        {
            "parentRefs": [{"name": gateway, "namespace": namespace}],
            "hostnames": [service.host],
            "rules": [{"backendRefs": [{"name": service.name, "port": service.port}]}],
        },
    )


def _gateway(class_name: str) -> Callable[[Exposed, Need, Offer], tuple[Object, ...]]:
    def make(service: Exposed, need: Need, _: Offer) -> tuple[Object, ...]:
        # Google's certificates are named by an option of the listener; the map itself is the platform's.
        listener = {
            "name": "https",
            "protocol": "HTTPS",
            "port": 443,
            "hostname": service.host,
            "tls": {"mode": "Terminate", "certificateRefs": [{"name": f"{service.name}-tls"}]},
        }
        gateway = _object(
            "gateway.networking.k8s.io/v1",
            "Gateway",
            service,
            {"gatewayClassName": class_name, "listeners": [listener]},
        )
        return _service(service, need), gateway, _route(service, service.name, service.namespace)

    return make


def _ingress(service: Exposed, need: Need, _: Offer) -> tuple[Object, ...]:
    kind = "gce" if need.source is Source.INTERNET else "gce-internal"
    path = {
        "path": "/",
        "pathType": "Prefix",
        "backend": {"service": {"name": service.name, "port": {"number": service.port}}},
    }
    ingress = _object(
        "networking.k8s.io/v1",
        "Ingress",
        service,
        {"rules": [{"host": service.host, "http": {"paths": [path]}}]},
        # GKE reads the class from the annotation, not from ingressClassName.
        annotations={"kubernetes.io/ingress.class": kind},
    )
    return _service(service, need, **{"cloud.google.com/neg": '{"ingress": true}'}), ingress


def _ingress_controller(service: Exposed, need: Need, offered: Offer) -> tuple[Object, ...]:
    [plain, ingress] = _ingress(service, need, offered)
    for each in (plain, ingress):
        each["metadata"].pop("annotations", None)
    ingress["spec"]["ingressClassName"] = "nginx"
    return plain, ingress


def _mesh_ingress(service: Exposed, need: Need, _: Offer) -> tuple[Object, ...]:
    way = "external" if need.source is Source.INTERNET else "internal"
    http = need.protocol.has_routes
    port = {
        "number": 443,
        "name": "https" if http else "tls",
        "protocol": "HTTPS" if http else "TLS",
    }
    gateway = _object(
        "networking.istio.io/v1",
        "Gateway",
        service,
        {
            "selector": {"istio": f"ingressgateway-{way}"},
            "servers": [
                {
                    "port": port,
                    "hosts": [service.host],
                    "tls": {"mode": "SIMPLE", "credentialName": f"{service.name}-tls"},
                }
            ],
        },
    )
    destination = {"host": f"{service.name}.{service.namespace}.svc.cluster.local", "port": {"number": service.port}}
    rule = {"route": [{"destination": destination}]}
    routes: Object = {"http": [rule]} if http else {"tcp": [rule]}
    virtual = _object(
        "networking.istio.io/v1",
        "VirtualService",
        service,
        {"hosts": [service.host], "gateways": [f"{service.namespace}/{service.name}"], **routes},
    )
    return _service(service, need), gateway, virtual


def _mesh(service: Exposed, need: Need, _: Offer) -> tuple[Object, ...]:
    host = f"{service.name}.{service.namespace}.svc.cluster.local"
    policy: Object = {"tls": {"mode": "ISTIO_MUTUAL"}}
    if need.several:
        # Failover needs to know who is unwell (G18).
        policy |= {
            "outlierDetection": {"consecutive5xxErrors": 5, "interval": "10s", "baseEjectionTime": "30s"},
            "loadBalancer": {"localityLbSetting": {"enabled": True, "failoverPriority": ["topology.istio.io/network"]}},
        }
    rule = _object("networking.istio.io/v1", "DestinationRule", service, {"host": host, "trafficPolicy": policy})
    return _service(service, need), rule


def _export(service: Exposed, need: Need, _: Offer) -> tuple[Object, ...]:
    export = _object("net.gke.io/v1", "ServiceExport", service, {})
    del export["spec"]
    return _service(service, need), export


def _multi_cluster_gateway(service: Exposed, need: Need, offered: Offer) -> tuple[Object, ...]:
    name = "gke-l7-global-external-managed-mc" if need.source is Source.INTERNET else "gke-l7-rilb-mc"
    made, gateway, route = _gateway(name)(service, need, offered)
    backend = {"group": "net.gke.io", "kind": "ServiceImport", "name": service.name, "port": service.port}
    route["spec"]["rules"] = [{"backendRefs": [backend]}]
    return made, *_export(service, need, offered)[1:], gateway, route


_MAKERS: Final[dict[Choice, Callable[[Exposed, Need, Offer], tuple[Object, ...]]]] = {
    Choice.CLUSTER_IP: _cluster_ip,
    Choice.MESH: _mesh,
    Choice.MULTI_CLUSTER_SERVICE: _export,
    Choice.INTERNAL_LOAD_BALANCER: _balanced("internal"),
    Choice.NETWORK_LOAD_BALANCER: _balanced("external"),
    Choice.INTERNAL_GATEWAY: _gateway("gke-l7-rilb"),
    Choice.EXTERNAL_GATEWAY: _gateway("gke-l7-global-external-managed"),
    Choice.INGRESS: _ingress,
    Choice.INGRESS_CONTROLLER: _ingress_controller,
    Choice.MESH_INGRESS: _mesh_ingress,
    Choice.MULTI_CLUSTER_GATEWAY: _multi_cluster_gateway,
}
