"""The dev stack with its commented-out clusters of other kinds brought in, as its own comments say how."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from tests.model.cases import DEV, ROOT

MARK: Final = "  # Clusters of other kinds"


def with_other_clusters(text: str) -> str:
    """Return the dev stack's text with the clusters of other kinds at its end."""
    before, mark, after = text.partition(MARK)
    assert mark, "the dev stack has no commented-out clusters of other kinds"
    comment, _, lines = after.partition("\n")
    uncommented, count = re.subn(r"^  # ", "  ", lines, flags=re.MULTILINE)
    assert count > 30
    return f"{before}{mark}{comment}\n{uncommented}"


def other_clusters(replace: Mapping[str, str] | None = None, *, times: int = 1) -> dict[str, str]:
    """Return the dev stack with them, and with each old text replaced; each has to stand in it `times` times."""
    text = with_other_clusters((ROOT / DEV).read_text(encoding="utf-8"))
    for old, new in (replace or {}).items():
        found = text.count(old)
        assert found == times, f"{old!r} stands {found} times, not {times}"
        text = text.replace(old, new)
    return {DEV: text}


EVERYTHING: Final = """\
      # EKS with everything that a file can say.
      - name: eks1-dev
        generation: 2
        mode: adopt
        import_id: projects/varde-k8s-dev-5e6f/locations/europe-west1/attachedClusters/eks1-dev
        owner: varde-role-nettverk@fjellverket.example
        distribution: eks
        kubernetes_version: "1.36"
        platform_version: 1.35.0-gke.1
        location: europe-west1
        manifest_applied: true
        issuer: {url: "https://oidc.example/eks1-dev"}
        admin_groups: [varde-role-plattform-vakt@fjellverket.example, varde-role-nettverk@fjellverket.example]
        unregistering: DELETE_IGNORE_ERRORS
        logging: [WORKLOADS, SYSTEM_COMPONENTS]
        managed_prometheus: true
        binary_authorization: PROJECT_SINGLETON_POLICY_ENFORCE
        proxy: {name: proxy-config, namespace: default}
        annotations: {varde.fjellverket.example/contract: a1}
      # Plain Kubernetes in a data centre, whose issuer Google can not reach.
      - name: k8s1-dev
        owner: varde-role-nettverk@fjellverket.example
        distribution: generic
        on_premises: true
        kubernetes_version: "1.35"
        platform_version: 1.34.0-gke.2
        manifest_applied: true
        issuer:
          url: https://kubernetes.default.svc
          jwks: '{"keys": [{"kty": "RSA", "kid": "a", "n": "x"}]}'
      # Its owner has yet to apply the manifest.
      - name: k8s2-dev
        owner: varde-role-nettverk@fjellverket.example
        distribution: generic
        kubernetes_version: "1.35"
        platform_version: 1.35.0-gke.1
        issuer: {url: "https://oidc.example/k8s2-dev"}
"""
"""Attached clusters beside the example's, one of each kind."""

BGP: Final = """\
      # BGP, machines of their own for load balancing, and everything else that a file can say.
      - name: bm2-dev
        id: bm2-dev-user-cluster
        generation: 2
        mode: adopt
        import_id: projects/varde-k8s-dev-5e6f/locations/europe-north1/bareMetalClusters/bm2-dev-user-cluster
        admin_cluster: bm1-dev-admin
        network: metal
        version: 1.34.300-gke.66
        control_plane:
          nodes: [{address: 10.20.20.52, labels: {rack: b}}, {address: 10.20.20.51}, {address: 10.20.20.53}]
          vip: 10.20.20.50
          port: 6443
          labels: {varde.fjellverket.example/pool: control-plane}
          taints: [{key: control, value: plane, effect: PREFER_NO_SCHEDULE}]
          api_server_args: {request-timeout: 2m}
        pods: 100.111.0.0/18
        services: 100.109.32.0/24
        max_pods_per_node: 64
        advanced_networking: true
        load_balancer:
          kind: bgp
          ingress_vip: 10.20.20.60
          pools: {internal: {addresses: [10.20.20.60-10.20.20.69], manual_assign: true, avoid_buggy_ips: false}}
          asn: 64700
          peers:
            tor-b: {address: 10.20.20.3, asn: 64702, control_plane_nodes: [10.20.20.53]}
            tor-a: {address: 10.20.20.2, asn: 64701, control_plane_nodes: [10.20.20.52, 10.20.20.51]}
          balancer_nodes:
            nodes: [{address: 10.20.20.72}, {address: 10.20.20.71}]
            labels: {varde.fjellverket.example/pool: balancer}
            taints: [{key: dedicated, value: balancer, effect: NO_EXECUTE}]
            kubelet: {registry_pulls_per_second: 10, registry_burst: 12, parallel_pulls: true}
        storage:
          shared: {path: /mnt/share, storage_class: shared, volumes: 3}
          disks: {path: /mnt/disk, storage_class: disk}
        node_pools:
          - name: general
            import_id: >-
              projects/varde-k8s-dev-5e6f/locations/europe-north1/bareMetalClusters/bm2-dev-user-cluster/bareMetalNodePools/general
            nodes: [{address: 10.20.20.112, labels: {rack: b}}, {address: 10.20.20.111}]
            labels: {varde.fjellverket.example/pool: general}
            taints: [{key: b, value: c, effect: NO_EXECUTE}, {key: a, value: b, effect: PREFER_NO_SCHEDULE}]
        login_user: varde
        package_repository: false
        application_logs: true
        binary_authorization: PROJECT_SINGLETON_POLICY_ENFORCE
        upgrade_order: CONCURRENT
        maintenance: [10.20.20.112/32, 10.20.20.53/32]
      - name: bm3-dev
        id: bm3-dev-user-cluster
        admin_cluster: bm1-dev-admin
        network: metal
        version: 1.35.100-gke.144
        control_plane: {nodes: [{address: 10.20.20.81}], vip: 10.20.20.80}
        pods: 100.111.64.0/18
        services: 100.109.33.0/24
        load_balancer: {kind: manual, ingress_vip: 10.20.20.90}
        node_pools: [{name: general, nodes: [{address: 10.20.20.121}]}]
"""
"""Clusters on bare metal beside the example's, one of each kind of load balancer."""


def every_kind(replace: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the dev stack with clusters of every other kind, and with each old text replaced."""
    ends = {"  hybrid:baremetal:\n": f"{EVERYTHING}  hybrid:baremetal:\n"}
    (text,) = other_clusters({**ends, **(replace or {})}).values()
    return {DEV: f"{text}{BGP}"}
