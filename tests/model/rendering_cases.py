"""Environments whose files are rendered: the sample's dev stack as it is, and as a site of long ago would have it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from model.config.load import load
from model.estate import Environment
from tests.model.cases import DEV, ROOT, edited

NEWEST_OF: Final = {
    "1.29": "1.29.1000-gke.94",
    "1.30": "1.30.600-gke.68",
    "1.31": "1.31.800-gke.32",
    "1.32": "1.32.200-gke.27",
    "1.33": "1.33.0-gke.799",
}
"""A version of each minor release that files are rendered for."""

GOLDEN: Final = ROOT / "tests" / "model" / "golden"
GOLDEN_USER: Final = GOLDEN / "1.32" / "onp1-dev" / "user-cluster.yaml"

WORKER_HOSTS: Final = "        worker_hostnames: onp1-dev-w-{octet}\n"
ADMIN_RANGES: Final = "        pods: 100.104.64.0/18\n"
USER_MODE: Final = "        admin_cluster: onp1-dev-admin\n        network: node\n"
METAL_LB: Final = """\
          kind: metallb
          ingress_vip: 10.20.17.30
          pools:
            internal: {addresses: [10.20.17.30-10.20.17.39]}
            external: {addresses: [10.20.17.40-10.20.17.49], manual_assign: true}
            eastwest: {addresses: [10.20.17.50/32], manual_assign: true}
"""
OLDEST: Final = NEWEST_OF["1.29"]
KUBECEPTION: Final = """\
        provisioner: gkectl
        control_plane_v2: false
        dataplane_v2: false
"""
F5: Final = """\
f5:
            address: bigip.dev.oslo1.fjellverket.example
            partition: {partition}
            credentials: sm://varde-k8s-dev-5e6f/f5-credentials
"""
OIDC: Final = """\
        authentication:
          name: fjellverket
          issuer: https://login.fjellverket.example/
          client_id: kubernetes
          client_secret: sm://varde-k8s-dev-5e6f/oidc-secret
          groups_claim: groups
"""

OLD: Final[Mapping[str, str]] = {
    "        mode: create\n": "        mode: adopt\n",
    "          addresses: 10.20.16.11-10.20.16.13\n          vip: 10.20.16.10\n": (
        "          replicas: 1\n          addresses: 10.20.16.11-10.20.16.11\n          vip: 10.20.16.10\n"
    ),
    ADMIN_RANGES: (
        "        provisioner: gkectl\n"
        "        node_addresses: [10.20.16.21-10.20.16.24, 10.20.16.31-10.20.16.33]\n"
        "        load_balancer:\n"
        "          kind: f5\n"
        f"          {F5.format(partition='onp1-dev-admin')}"
        f"{ADMIN_RANGES}"
    ),
    USER_MODE: USER_MODE + KUBECEPTION,
    "          addresses: 10.20.17.11-10.20.17.13\n": "          addresses: 10.20.16.31-10.20.16.33\n",
    "          vip: 10.20.17.10\n": "          vip: 10.20.16.9\n",
    METAL_LB: (f"          kind: f5\n          ingress_vip: 10.20.17.30\n          {F5.format(partition='onp1-dev')}"),
    "            load_balancer: true\n": "",
    WORKER_HOSTS: WORKER_HOSTS + OIDC,
}
"""One admin node and a user cluster's control plane beside it, both behind an integrated F5, and Calico."""


def dev(replace: Mapping[str, str] | None = None, *, version: str = NEWEST_OF["1.32"], times: int = 1) -> Environment:
    """Return dev with replacements, twelve addresses of workers, and every on-prem version at `version`."""
    text = edited(DEV, replace or {}, times=times)[DEV]
    text = text.replace("10.20.17.100-10.20.17.199", "10.20.17.100-10.20.17.111")
    text = text.replace("version: 1.32.200-gke.27", f"version: {version}")
    loaded = load(ROOT, texts={DEV: text})
    assert loaded.estate is not None
    assert "dev" in loaded.estate.environments, [problem.text() for problem in loaded.problems]
    return loaded.estate.environments["dev"]


@cache
def today(minor: str = "1.32") -> Environment:
    """Return dev as it is, at a minor release, with people logging in by OpenID Connect."""
    return dev({WORKER_HOSTS: WORKER_HOSTS + OIDC}, version=NEWEST_OF[minor])


@cache
def long_ago() -> Environment:
    """Return dev as a site of 1.29 that kept everything old."""
    return dev(OLD, version=OLDEST)
