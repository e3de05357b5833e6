"""The fields of `user-cluster.yaml` (B1-B8, B30-B36). When a field exists in a version is in `gates.py`.

Source: https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/how-to/user-cluster-configuration-file-latest
and its edition for 1.29.
"""

from __future__ import annotations

from typing import Final

from model.rendering import pages, shared_fields
from model.rendering.fields import Field, Type

NODE_POOLS: Final[tuple[Field, ...]] = (
    Field("nodePools[]", Type.SECTIONS, required=True, rule="B30"),
    Field("nodePools[].name", Type.TEXT, required=True, immutable=True, rule="B30"),
    Field("nodePools[].gkeOnPremVersion", Type.TEXT, page=pages.UPGRADE, rule="B38"),
    Field("nodePools[].cpus", Type.INTEGER, low=4, rule="B31"),
    Field("nodePools[].memoryMB", Type.INTEGER, low=8192, rule="B31"),
    Field("nodePools[].replicas", Type.INTEGER, required=True, low=1, rule="B31"),
    Field("nodePools[].bootDiskSizeGB", Type.INTEGER, low=40, rule="B31"),
    Field("nodePools[].osImageType", Type.TEXT, choices=(*shared_fields.IMAGES, "windows"), rule="B32"),
    Field("nodePools[].osImage", Type.TEXT, page=pages.WINDOWS, rule="B32"),
    Field("nodePools[].labels", Type.LABELS),
    Field("nodePools[].taints[].key", Type.TEXT, required=True, rule="B34"),
    Field("nodePools[].taints[].value", Type.TEXT, required=True, rule="B34"),
    Field(
        "nodePools[].taints[].effect",
        Type.TEXT,
        required=True,
        choices=("NoSchedule", "PreferNoSchedule", "NoExecute"),
        rule="B34",
    ),
    Field("nodePools[].vsphere.datastore", Type.TEXT, rule="B36"),
    Field("nodePools[].vsphere.storagePolicyName", Type.TEXT, page=pages.STORAGE_POLICY),
    Field("nodePools[].vsphere.hostgroups", Type.TEXTS, page=pages.AFFINITY, rule="B36"),
    Field("nodePools[].vsphere.tags[].category", Type.TEXT, required=True, page=pages.NODE_POOLS, rule="B36"),
    Field("nodePools[].vsphere.tags[].name", Type.TEXT, required=True, page=pages.NODE_POOLS, rule="B36"),
    Field("nodePools[].autoscaling.minReplicas", Type.INTEGER, required=True, low=1, page=pages.AUTOSCALER, rule="B33"),
    Field("nodePools[].autoscaling.maxReplicas", Type.INTEGER, required=True, low=1, page=pages.AUTOSCALER, rule="B33"),
    Field("nodePools[].enableLoadBalancer", Type.BOOLEAN, page=pages.METAL_LB, rule="B35"),
    Field("nodePools[].topologyDomains", Type.TEXTS, immutable=True, page=pages.TOPOLOGY, rule="A45"),
)

USER_CLUSTER: Final[tuple[Field, ...]] = (
    Field("apiVersion", Type.TEXT, required=True, choices=("v1",)),
    Field("kind", Type.TEXT, required=True, choices=("UserCluster",)),
    Field(
        "name",
        Type.TEXT,
        required=True,
        immutable=True,
        pattern=r"^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$",
        rule="B1",
    ),
    Field("gkeOnPremVersion", Type.TEXT, required=True, pattern=r"^[0-9]+\.[0-9]+\.[0-9]+-gke\.[0-9]+$", rule="B2"),
    Field("enableAdvancedCluster", Type.BOOLEAN, rule="B3"),
    Field("preparedSecrets.namespace", Type.TEXT, immutable=True, pattern=r"^gke-onprem-secrets-.+"),
    # Both change once, in a migration to what newer versions require.
    Field("enableControlplaneV2", Type.BOOLEAN, rule="B3"),
    Field("enableDataplaneV2", Type.BOOLEAN, rule="B3"),
    Field("enableWindowsDataplaneV2", Type.BOOLEAN, page=pages.WINDOWS),
    Field("dataplaneV2.forwardMode", Type.TEXT, choices=("snat", "dsr")),
    *shared_fields.vcenter(required=False),
    *shared_fields.network(),
    Field("network.additionalNodeInterfaces[].networkName", Type.TEXT, required=True),
    Field("network.additionalNodeInterfaces[].type", Type.TEXT, required=True, choices=("static", "dhcp")),
    Field("network.additionalNodeInterfaces[].ipBlockFilePath", Type.TEXT),
    *shared_fields.balancer(user=True),
    # Without the bundled ingress there is no ingress VIP.
    Field("loadBalancer.vips.ingressVIP", Type.ADDRESS, immutable=True, page=pages.BUNDLED_INGRESS),
    Field("loadBalancer.metalLB.addressPools[]", Type.SECTIONS, required=True, page=pages.METAL_LB, rule="B46"),
    Field("loadBalancer.metalLB.addressPools[].name", Type.TEXT, required=True, page=pages.METAL_LB),
    Field("loadBalancer.metalLB.addressPools[].addresses", Type.TEXTS, required=True, page=pages.METAL_LB, rule="B46"),
    Field("loadBalancer.metalLB.addressPools[].avoidBuggyIPs", Type.BOOLEAN, page=pages.METAL_LB, rule="B47"),
    Field("loadBalancer.metalLB.addressPools[].manualAssign", Type.BOOLEAN, page=pages.METAL_LB, rule="B47"),
    Field("advancedNetworking", Type.BOOLEAN, rule="B8"),
    Field("disableBundledIngress", Type.BOOLEAN, page=pages.BUNDLED_INGRESS),
    Field("multipleNetworkInterfaces", Type.BOOLEAN, immutable=True),
    Field("storage.vSphereCSIDisabled", Type.BOOLEAN, required=True),
    Field("masterNode.cpus", Type.INTEGER, low=4, rule="B7"),
    Field("masterNode.memoryMB", Type.INTEGER, low=8192, rule="B7"),
    Field("masterNode.replicas", Type.INTEGER, immutable=True, rule="B7"),
    Field("masterNode.autoResize.enabled", Type.BOOLEAN, required=True),
    Field("masterNode.vsphere.datastore", Type.TEXT, immutable=True),
    Field("masterNode.vsphere.storagePolicyName", Type.TEXT, immutable=True, page=pages.STORAGE_POLICY),
    Field("masterNode.topologyDomains", Type.TEXTS, immutable=True, most=3, page=pages.TOPOLOGY, rule="A45"),
    *NODE_POOLS,
    Field("antiAffinityGroups.enabled", Type.BOOLEAN, required=True, rule="A37"),
    *shared_fields.google(),
    *shared_fields.registry(),
    Field("authentication.sni.certPath", Type.TEXT, required=True),
    Field("authentication.sni.keyPath", Type.TEXT, required=True),
    Field("autoRepair.enabled", Type.BOOLEAN, required=True),
    *shared_fields.encryption(),
    Field("schedulerConfiguration", Type.FREE, page=pages.TOPOLOGY),
    Field("usageMetering", Type.FREE),
)
