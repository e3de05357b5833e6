"""The fields of `admin-cluster.yaml` (A20-A44). When a field exists in a version is in `gates.py`.

Source: https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/how-to/admin-cluster-configuration-file-latest
and its edition for 1.29.
"""

from __future__ import annotations

from typing import Final

from model.rendering import pages, shared_fields
from model.rendering.fields import Field, Type

ADMIN_CLUSTER: Final[tuple[Field, ...]] = (
    Field("apiVersion", Type.TEXT, required=True, choices=("v1",)),
    Field("kind", Type.TEXT, required=True, choices=("AdminCluster",)),
    Field("name", Type.TEXT, immutable=True, rule="A20"),
    Field("bundlePath", Type.TEXT, required=True, rule="A21"),
    Field("enableAdvancedCluster", Type.BOOLEAN, rule="A22"),
    Field("infraConfigFilePath", Type.TEXT, page=pages.TOPOLOGY, rule="A45"),
    Field("preparedSecrets.enabled", Type.BOOLEAN, immutable=True),
    *shared_fields.vcenter(required=True),
    Field("vCenter.dataDisk", Type.TEXT, rule="A26"),
    *shared_fields.network(),
    *shared_fields.balancer(user=False),
    Field("antiAffinityGroups.enabled", Type.BOOLEAN, required=True, rule="A37"),
    Field("adminMaster", Type.SECTION, required=True),
    Field("adminMaster.cpus", Type.INTEGER, immutable=True, low=4, rule="A30"),
    Field("adminMaster.memoryMB", Type.INTEGER, immutable=True, low=8192, rule="A30"),
    Field("adminMaster.replicas", Type.INTEGER, required=True, rule="A29"),
    Field(
        "adminMaster.controlPlaneLoadBalancer.mode",
        Type.TEXT,
        immutable=True,
        choices=("bundled", "manual"),
        rule="A36",
    ),
    Field("adminMaster.topologyDomains", Type.TEXTS, immutable=True, most=3, page=pages.TOPOLOGY, rule="A45"),
    Field("addonNode.autoResize.enabled", Type.BOOLEAN),
    Field("proxy.url", Type.TEXT, required=True, immutable=True, rule="A38"),
    Field("proxy.noProxy", Type.TEXT, required=True, immutable=True, rule="A38"),
    *shared_fields.registry(),
    Field("componentAccessServiceAccountKeyPath", Type.TEXT, required=True),
    *shared_fields.google(),
    Field("clusterBackup.datastore", Type.TEXT, rule="A43"),
    Field("autoRepair.enabled", Type.BOOLEAN, required=True),
    *shared_fields.encryption(),
    Field("osImageType", Type.TEXT, choices=shared_fields.IMAGES, rule="A44"),
)
