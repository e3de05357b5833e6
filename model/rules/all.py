"""The registries, filled: importing this module imports every module that holds rules."""

from __future__ import annotations

from typing import Final

from model.rules import (
    access,
    addresses,
    addresses_cloud,
    addresses_onprem,
    adoption,
    delivery,
    entitlements,
    environment,
    fleet,
    gke,
    host_names,
    load_balancers,
    lockout,
    maintenance,
    names,
    network,
    node_pools,
    onprem,
    organisation,
    prefixes,
    rings,
    teams,
    versions,
    vpn,
    vpn_redundancy,
    vpn_shared,
    vsphere,
)
from model.rules.registries import environment_rules, estate_rules

__all__ = ["MODULES", "environment_rules", "estate_rules"]

MODULES: Final = (
    access,
    addresses,
    addresses_cloud,
    addresses_onprem,
    adoption,
    delivery,
    entitlements,
    environment,
    fleet,
    gke,
    host_names,
    load_balancers,
    lockout,
    maintenance,
    names,
    network,
    node_pools,
    onprem,
    organisation,
    prefixes,
    rings,
    teams,
    versions,
    vpn,
    vpn_redundancy,
    vpn_shared,
    vsphere,
)
"""The modules, one a line."""
