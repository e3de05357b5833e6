"""What the admin workstation is told at its first start, as cloud-init reads it from the hypervisor.

The VMware data source of cloud-init takes instance data and user data from the machine's `guestinfo` keys
(https://docs.cloud-init.io/en/latest/reference/datasources/vmware.html). The text is the same for the same files, byte
for byte, since a different one is a change of the machine.

It holds no secret: certificates of authorities are public, and of everything else it holds the reference.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, Final, TypeAlias

import yaml

from model.config.onprem import Proxy
from model.config.onprem_cluster import IpMode
from model.config.organisation import Host
from model.estate import Environment

Document: TypeAlias = dict[str, Any]

DATA_LABEL: Final = "gkectl-data"
"""The label of the file system on the data disk; ext4 takes 16 characters."""
DATA_DEVICE: Final = "/dev/sdb"
"""The second disk of the machine's only controller."""
REFERENCES: Final = "/etc/gkectl/references.yaml"
"""The file that says where secrets are kept."""


def guest_info(env: Environment, authorities: Mapping[str, str]) -> dict[str, str]:
    """Return the machine's `guestinfo` keys with their values; `authorities` are PEM certificates by name.

    cloud-init does its work once for each instance id. The id follows from the rest, so that what changes here is done
    at the machine's next start, and not before.
    """
    user = user_data(env, authorities)
    network = _network(env)
    told = yaml.safe_dump([user, network], sort_keys=True)
    instance = f"{env.onprem.workstation.name}-{hashlib.sha256(told.encode()).hexdigest()[:12]}"
    metadata = {"instance-id": instance, "local-hostname": env.onprem.workstation.name, "network": network}
    return {
        "guestinfo.metadata": _encoded(_text(metadata)),
        "guestinfo.metadata.encoding": "base64",
        "guestinfo.userdata": _encoded(user),
        "guestinfo.userdata.encoding": "base64",
    }


def user_data(env: Environment, authorities: Mapping[str, str]) -> str:
    """Return the user data: certificates, time, proxy, the data disk, and where secrets are kept."""
    workstation, services = env.onprem.workstation, env.organisation.services
    config: Document = {
        "fqdn": f"{workstation.name}.{env.organisation.dns.search}",
        "hostname": workstation.name,
        "preserve_hostname": False,
        # The host's keys are known to people; a second instance on the same disk keeps them.
        "ssh_deletekeys": False,
        "ntp": {"enabled": True, "servers": _addresses(services.ntp), "pools": []},
        # Only an empty disk is formatted: the machine may go, what is on this disk stays (A12).
        "fs_setup": [
            {
                "device": DATA_DEVICE,
                "filesystem": "ext4",
                "label": DATA_LABEL,
                "overwrite": False,
                "partition": "none",
            }
        ],
        "mounts": [
            [f"/dev/disk/by-label/{DATA_LABEL}", workstation.data_disk.mount, "ext4", "defaults,nofail", "0", "2"]
        ],
        "write_files": [_file(REFERENCES, _text(_references(env)))],
    }
    mount = PurePosixPath(workstation.data_disk.mount)
    if mount.parent == PurePosixPath("/home"):
        # Disks are mounted before users are made, and a home that is there already stays root's.
        config["runcmd"] = [["chown", f"{mount.name}:{mount.name}", str(mount)]]
    if authorities:
        config["ca_certs"] = {"trusted": [authorities[name].strip() + "\n" for name in sorted(authorities)]}
    if env.onprem.proxy is not None:
        config["write_files"] += _proxy_files(env.onprem.proxy)
        config["apt"] = {"http_proxy": env.onprem.proxy.url, "https_proxy": env.onprem.proxy.url}
    return f"#cloud-config\n{_text(config)}"


def _network(env: Environment) -> Document:
    """Return the network configuration, version 2, of the machine's only interface."""
    workstation = env.onprem.workstation
    here = env.onprem.networks[workstation.network]
    interface: Document = {"match": {"driver": "vmxnet3"}, "dhcp4": workstation.ip_mode is IpMode.DHCP}
    if workstation.ip_mode is IpMode.STATIC:
        if workstation.address is None:
            raise ValueError(f"workstation {workstation.name} has a static address and none is given (A5)")
        interface |= {
            "addresses": [f"{workstation.address}/{here.range.prefixlen}"],
            "routes": [{"to": "default", "via": str(here.gateway)}],
            "nameservers": {
                "addresses": _addresses(env.organisation.services.dns),
                "search": [env.organisation.dns.search],
            },
        }
    return {"version": 2, "ethernets": {"site": interface}}


def _references(env: Environment) -> Document:
    """Return where whoever works on the machine finds secrets; reading them takes that person's own access."""
    access, services = env.onprem.vsphere.access, env.organisation.services
    project = env.facts.projects.cluster.id
    return {
        "project": project,
        "vcenter": {
            "address": services.vcenter.name,
            "ca": access.ca,
            "credentials": env.onprem.vsphere.access.credentials,
        },
        "registry": {"address": services.registry.name, "ca": f"sm://{project}/{services.registry.ca_secret}"},
    }


def _proxy_files(proxy: Proxy) -> list[Document]:
    """Return the files that tell shells and services, the container runtime among them, of the proxy."""
    apart = ",".join(sorted(proxy.no_proxy))
    names = {"HTTP_PROXY": proxy.url, "HTTPS_PROXY": proxy.url, "NO_PROXY": apart}
    both = {name: value for key, value in names.items() for name in (key, key.lower())}
    shell = "".join(f"export {name}='{value}'\n" for name, value in sorted(both.items()))
    services = " ".join(f'"{name}={value}"' for name, value in sorted(both.items()))
    return [
        _file("/etc/profile.d/proxy.sh", shell),
        _file("/etc/systemd/system.conf.d/proxy.conf", f"[Manager]\nDefaultEnvironment={services}\n"),
    ]


def _addresses(hosts: Sequence[Host]) -> list[str]:
    """Return addresses in their own order: files may list them in any, and another text would be another machine."""
    return [str(address) for address in sorted(host.address for host in hosts)]


def _file(path: str, content: str) -> Document:
    return {"path": path, "content": content, "owner": "root:root", "permissions": "0644"}


def _text(document: Document) -> str:
    return yaml.safe_dump(document, sort_keys=True, allow_unicode=True, width=1000)


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode()
