"""The fields of the small files: workstation (A1-A6), credentials (A9), IP block (A46) and ClientConfig (B80)."""

from __future__ import annotations

from typing import Final

from model.rendering.fields import Field, Type
from model.rendering.shared_fields import file_reference

ADMIN_WORKSTATION: Final[tuple[Field, ...]] = (
    Field("gcp", Type.SECTION, required=True),
    Field("gcp.componentAccessServiceAccountKeyPath", Type.TEXT, required=True),
    Field("vCenter", Type.SECTION, required=True),
    Field("vCenter.credentials.address", Type.TEXT, required=True),
    *file_reference("vCenter.credentials", required=True),
    *(
        Field(f"vCenter.{name}", Type.TEXT, required=True)
        for name in ("datacenter", "datastore", "cluster", "network", "resourcePool", "caCertPath")
    ),
    Field("vCenter.folder", Type.TEXT),
    Field("proxyUrl", Type.TEXT),
    Field("adminWorkstation", Type.SECTION, required=True),
    Field("adminWorkstation.name", Type.TEXT, required=True),
    Field("adminWorkstation.cpus", Type.INTEGER, required=True, low=4, rule="A4"),
    Field("adminWorkstation.memoryMB", Type.INTEGER, required=True, low=8192, rule="A4"),
    Field("adminWorkstation.diskGB", Type.INTEGER, required=True, low=100, rule="A3"),
    Field("adminWorkstation.dataDiskName", Type.TEXT, pattern=r".\.vmdk$", rule="A6"),
    Field("adminWorkstation.dataDiskMB", Type.INTEGER, low=1),
    Field("adminWorkstation.network", Type.SECTION, required=True),
    Field(
        "adminWorkstation.network.ipAllocationMode",
        Type.TEXT,
        required=True,
        choices=("static", "dhcp"),
        rule="A5",
    ),
    Field("adminWorkstation.network.hostConfig.ip", Type.ADDRESS, required=True, rule="A5"),
    Field("adminWorkstation.network.hostConfig.gateway", Type.ADDRESS, required=True, rule="A5"),
    Field("adminWorkstation.network.hostConfig.netmask", Type.MASK, required=True, rule="A5"),
    Field("adminWorkstation.network.hostConfig.dns", Type.TEXTS, required=True, rule="A5"),
    Field("adminWorkstation.proxyUrl", Type.TEXT),
    Field("adminWorkstation.ntpServer", Type.TEXT),
)

CREDENTIALS: Final[tuple[Field, ...]] = (
    Field("apiVersion", Type.TEXT, required=True, choices=("v1",), rule="A9"),
    Field("kind", Type.TEXT, required=True, choices=("CredentialFile",), rule="A9"),
    Field("items[]", Type.SECTIONS, required=True, rule="A9"),
    Field("items[].name", Type.TEXT, required=True, rule="A9"),
    Field("items[].username", Type.TEXT, required=True, rule="A9", secret=True),
    Field("items[].password", Type.TEXT, required=True, rule="A9", secret=True),
)

IP_BLOCK: Final[tuple[Field, ...]] = (
    Field("blocks[]", Type.SECTIONS, required=True, rule="A46"),
    Field("blocks[].netmask", Type.MASK, required=True, rule="A46"),
    Field("blocks[].gateway", Type.ADDRESS, required=True, rule="A46"),
    Field("blocks[].ips[]", Type.SECTIONS, required=True, rule="A46"),
    # An address, or a block of them.
    Field("blocks[].ips[].ip", Type.TEXT, required=True, pattern=r"^[0-9]+(\.[0-9]+){3}(/[0-9]+)?$", rule="A46"),
    Field(
        "blocks[].ips[].hostname",
        Type.TEXT,
        pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$",
        rule="A47",
    ),
    Field("blocks[].ips[].isControlPlane", Type.BOOLEAN, rule="A46"),
)

CLIENT_CONFIG: Final[tuple[Field, ...]] = (
    Field("apiVersion", Type.TEXT, required=True, choices=("authentication.gke.io/v2alpha1",), rule="B80"),
    Field("kind", Type.TEXT, required=True, choices=("ClientConfig",), rule="B80"),
    Field("metadata", Type.SECTION, required=True),
    Field("metadata.name", Type.TEXT, required=True, choices=("default",), rule="B80"),
    Field("metadata.namespace", Type.TEXT, required=True, choices=("kube-public",), rule="B80"),
    Field("spec", Type.SECTION, required=True),
    # The cluster itself fills these in.
    *(
        Field(f"spec.{name}", Type.TEXT)
        for name in ("name", "server", "internalServer", "certificateAuthorityData", "preferredAuthentication")
    ),
    Field("spec.authentication[]", Type.SECTIONS, required=True, rule="B80"),
    Field("spec.authentication[].name", Type.TEXT, required=True),
    Field("spec.authentication[].proxy", Type.TEXT),
    Field("spec.authentication[].oidc", Type.SECTION, required=True),
    Field("spec.authentication[].oidc.clientID", Type.TEXT, required=True),
    Field("spec.authentication[].oidc.clientSecret", Type.TEXT, secret=True),
    Field("spec.authentication[].oidc.issuerURI", Type.TEXT, required=True, pattern=r"^https://.", rule="B81"),
    Field(
        "spec.authentication[].oidc.kubectlRedirectURI",
        Type.TEXT,
        required=True,
        pattern=r"^http://localhost:[0-9]+/.",
        rule="B81",
    ),
    Field("spec.authentication[].oidc.cloudConsoleRedirectURI", Type.TEXT, pattern=r"^https://.", rule="B81"),
    *(
        Field(f"spec.authentication[].oidc.{name}", Type.TEXT)
        for name in ("scopes", "extraParams", "userClaim", "userPrefix", "groupsClaim", "groupPrefix")
    ),
    Field("spec.authentication[].oidc.certificateAuthorityData", Type.TEXT),
    Field("spec.authentication[].oidc.enableAccessToken", Type.BOOLEAN),
    Field("spec.authentication[].oidc.deployCloudConsoleProxy", Type.BOOLEAN),
)
