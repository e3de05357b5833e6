"""Who may reach the private IP endpoint of a GKE cluster's control plane (C26)."""

from __future__ import annotations

from model.estate import Environment
from model.planning.order_sheet import End, admin_networks, gke_nodes, gke_pods, node_networks


def authorised(env: Environment) -> tuple[End, ...]:
    """Return the authorised networks: on-prem clusters, whose istiod asks, operators, GKE nodes and pods.

    Pods are among them whatever the sites see of them: inside the VPC they keep their own address.
    """
    return (*admin_networks(env), *node_networks(env), *gke_nodes(env), *gke_pods(env))
