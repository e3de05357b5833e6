"""What older clusters have and newer versions no longer run: what it is called, and how it is cleared.

Source: https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/concepts/migrate-recommended-features
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from model.config.catalogue import Feature

WORDS: Final[Mapping[Feature, str]] = {
    Feature.DATAPLANE_V1: "Calico (Dataplane V1)",
    Feature.F5: "the integrated F5 BIG-IP load balancer",
    Feature.SEESAW: "the Seesaw load balancer",
    Feature.KUBECEPTION: "its control plane in the admin cluster (kubeception)",
    Feature.NON_HA_ADMIN: "one control plane node (no high availability)",
}
"""What a cluster with it "has"."""

BECOMES: Final[Mapping[Feature, str]] = {
    Feature.DATAPLANE_V1: "Dataplane V2",
    Feature.F5: "load balancing of kind manual, in front of the same BIG-IP",
    Feature.SEESAW: "MetalLB",
    Feature.KUBECEPTION: "Controlplane V2",
    Feature.NON_HA_ADMIN: "three control plane nodes",
}
"""What it is migrated to."""

CLEARED: Final[Mapping[Feature, str]] = {
    Feature.DATAPLANE_V1: "migrate to Dataplane V2 at 1.30, with every NetworkPolicy saved, deleted and applied again",
    Feature.F5: "migrate to kind manual with gkectl: the BIG-IP stays, gkectl no longer drives it",
    Feature.SEESAW: "migrate to MetalLB with gkectl; Seesaw's VMs go",
    Feature.KUBECEPTION: "migrate to Controlplane V2 with gkectl: three addresses and a new control plane VIP",
    Feature.NON_HA_ADMIN: "migrate to a highly available admin cluster with gkectl: three addresses and a new VIP",
}
"""How it is cleared."""
