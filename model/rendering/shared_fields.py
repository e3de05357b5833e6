"""Sections that the files of admin clusters and of user clusters have in common."""

from __future__ import annotations

from typing import Final

from model.rendering import pages
from model.rendering.fields import Field, Type

NODE_PORT_LOW: Final = 30000
NODE_PORT_HIGH: Final = 32767
IMAGES: Final = ("ubuntu_containerd", "ubuntu_cgv2", "cos", "cos_cgv2")
"""Images of Linux nodes (A44)."""


def file_reference(path: str, *, required: bool = False) -> tuple[Field, ...]:
    """Return the fields of an entry in a credentials file."""
    return (
        Field(path, Type.SECTION, required=required),
        Field(f"{path}.fileRef", Type.SECTION, required=True),
        Field(f"{path}.fileRef.path", Type.TEXT, required=True),
        Field(f"{path}.fileRef.entry", Type.TEXT, required=True, rule="A9"),
    )


def vcenter(*, required: bool) -> tuple[Field, ...]:
    """Return the vCenter section; a user cluster inherits what it leaves out (A23, B4)."""
    return (
        *(
            Field(f"vCenter.{name}", Type.TEXT, required=required, immutable=True)
            for name in ("address", "datacenter", "cluster", "resourcePool")
        ),
        Field("vCenter.datastore", Type.TEXT, immutable=True),
        Field("vCenter.storagePolicyName", Type.TEXT, immutable=True, page=pages.STORAGE_POLICY),
        Field("vCenter.caCertPath", Type.TEXT, required=required),
        *file_reference("vCenter.credentials", required=required),
        Field("vCenter.folder", Type.TEXT, immutable=True),
    )


def network() -> tuple[Field, ...]:
    """Return the parts of the network section that both have (A28, A31, B43)."""
    return (
        Field("network", Type.SECTION, required=True),
        Field("network.hostConfig.dnsServers", Type.TEXTS, required=True, immutable=True, most=3, rule="A28"),
        Field("network.hostConfig.ntpServers", Type.TEXTS, required=True, immutable=True),
        Field("network.hostConfig.searchDomainsForDNS", Type.TEXTS, immutable=True),
        Field("network.ipMode.type", Type.TEXT, immutable=True, choices=("static", "dhcp")),
        Field("network.ipMode.ipBlockFilePath", Type.TEXT),
        Field("network.serviceCIDR", Type.RANGE, required=True, immutable=True, low=12, high=24, rule="A31"),
        Field("network.podCIDR", Type.RANGE, required=True, immutable=True, low=8, high=18, rule="A31"),
        Field("network.vCenter.networkName", Type.TEXT, immutable=True, rule="A27"),
        *addresses("network.controlPlaneIPBlock", immutable=True),
    )


def addresses(path: str, *, immutable: bool = False) -> tuple[Field, ...]:
    """Return the fields of a block of single addresses with host names (A29, B41)."""
    return (
        Field(f"{path}.netmask", Type.MASK, required=True, immutable=immutable),
        Field(f"{path}.gateway", Type.ADDRESS, required=True, immutable=immutable),
        Field(f"{path}.ips[]", Type.SECTIONS, required=True, immutable=immutable),
        Field(f"{path}.ips[].ip", Type.ADDRESS, required=True, immutable=immutable),
        Field(f"{path}.ips[].hostname", Type.TEXT, required=True, immutable=immutable, rule="A29"),
    )


def balancer(*, user: bool) -> tuple[Field, ...]:
    """Return the load balancer section, with the kinds that no new cluster may have (A33, A34)."""
    ports = ("ingressHTTPNodePort", "ingressHTTPSNodePort", "controlPlaneNodePort", "konnectivityServerNodePort")
    return (
        Field("loadBalancer", Type.SECTION, required=True),
        Field("loadBalancer.vips", Type.SECTION, required=True),
        Field("loadBalancer.vips.controlPlaneVIP", Type.ADDRESS, required=True, immutable=True),
        Field(
            "loadBalancer.kind",
            Type.TEXT,
            required=True,
            immutable=True,
            choices=("MetalLB", "ManualLB", "F5BigIP", "Seesaw"),
            rule="A33",
        ),
        # An admin cluster has no ingress and no server of Konnectivity, so only its API has a port.
        *(
            Field(f"loadBalancer.manualLB.{port}", Type.INTEGER, immutable=True, page=pages.MANUAL_LB, rule="B48")
            for port in (ports if user else ports[2:3])
        ),
        Field("loadBalancer.f5BigIP.address", Type.TEXT, required=True, immutable=True),
        *file_reference("loadBalancer.f5BigIP.credentials", required=True),
        Field("loadBalancer.f5BigIP.partition", Type.TEXT, required=True, immutable=True),
        Field("loadBalancer.f5BigIP.snatPoolName", Type.TEXT, immutable=True),
        Field("loadBalancer.seesaw.ipBlockFilePath", Type.TEXT, required=True, page=pages.MIGRATE_SEESAW),
        Field("loadBalancer.seesaw.vrid", Type.INTEGER, required=True, low=1, high=255, page=pages.MIGRATE_SEESAW),
        Field("loadBalancer.seesaw.masterIP", Type.TEXT, required=True, page=pages.MIGRATE_SEESAW),
        Field("loadBalancer.seesaw.cpus", Type.INTEGER, required=True, page=pages.MIGRATE_SEESAW),
        Field("loadBalancer.seesaw.memoryMB", Type.INTEGER, required=True, page=pages.MIGRATE_SEESAW),
        Field("loadBalancer.seesaw.vCenter.networkName", Type.TEXT, page=pages.MIGRATE_SEESAW),
        Field("loadBalancer.seesaw.enableHA", Type.BOOLEAN, page=pages.MIGRATE_SEESAW),
        Field("loadBalancer.seesaw.disableVRRPMAC", Type.BOOLEAN, page=pages.MIGRATE_SEESAW),
    )


def registry() -> tuple[Field, ...]:
    """Return the private registry section (A39)."""
    return (
        Field("privateRegistry.address", Type.TEXT, required=True, immutable=True, rule="A39"),
        *file_reference("privateRegistry.credentials", required=True),
        Field("privateRegistry.caCertPath", Type.TEXT, required=True, rule="A39"),
    )


def google() -> tuple[Field, ...]:
    """Return the sections about Google Cloud: fleet, API, logs and metrics, audit logs (A40-A42)."""
    return (
        Field("gkeConnect", Type.SECTION, required=True),
        Field("gkeConnect.projectID", Type.TEXT, required=True, immutable=True, rule="A40"),
        Field("gkeConnect.location", Type.TEXT, immutable=True, rule="A40"),
        Field("gkeConnect.registerServiceAccountKeyPath", Type.TEXT, required=True),
        Field("gkeOnPremAPI.enabled", Type.BOOLEAN, required=True, rule="A42"),
        Field("gkeOnPremAPI.location", Type.TEXT, immutable=True, rule="A40"),
        Field("stackdriver", Type.SECTION, required=True, rule="A41"),
        Field("stackdriver.projectID", Type.TEXT, required=True, immutable=True, rule="A40"),
        Field("stackdriver.clusterLocation", Type.TEXT, required=True, immutable=True, rule="A40"),
        Field("stackdriver.enableVPC", Type.BOOLEAN, immutable=True),
        Field("stackdriver.serviceAccountKeyPath", Type.TEXT, required=True, rule="A41"),
        Field("stackdriver.disableVsphereResourceMetrics", Type.BOOLEAN),
        Field("cloudAuditLogging.projectID", Type.TEXT, required=True, immutable=True, rule="A40"),
        Field("cloudAuditLogging.clusterLocation", Type.TEXT, required=True, immutable=True, rule="A40"),
        Field("cloudAuditLogging.serviceAccountKeyPath", Type.TEXT, required=True, rule="A41"),
    )


def encryption() -> tuple[Field, ...]:
    """Return the section about the encryption of secrets in etcd (A43)."""
    return (
        Field("secretsEncryption.mode", Type.TEXT, required=True, immutable=True, choices=("GeneratedKey",)),
        Field("secretsEncryption.generatedKey.keyVersion", Type.INTEGER, required=True, low=1, rule="A43"),
        Field("secretsEncryption.generatedKey.disabled", Type.BOOLEAN),
    )
