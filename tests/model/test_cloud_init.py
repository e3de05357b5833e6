"""What the workstation is told at its first start. That a machine does as it is told is cloud-init's affair."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Any, cast

import yaml

from model.estate import Environment
from model.planning.cloud_init import DATA_LABEL, guest_info, user_data
from tests.model.cases import DEV, edited, environment, estate

STATIC = "      network: admin\n      address: 10.20.16.5\n"
DHCP = edited(DEV, {STATIC: "      network: admin\n      ip_mode: dhcp\n"})
PROXY = edited(
    DEV,
    {
        "    # The most worker nodes": (
            "    proxy: {url: 'http://proxy.oslo1.fjellverket.example:3128', no_proxy: [10.20.0.0/16, .example]}\n"
            "    # The most worker nodes"
        )
    },
)


def metadata(env: Environment) -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load(b64decode(guest_info(env, {})["guestinfo.metadata"])))


def told(env: Environment, **authorities: str) -> dict[str, Any]:
    text = user_data(env, authorities)
    assert text.startswith("#cloud-config\n")
    return cast("dict[str, Any]", yaml.safe_load(text))


def test_a_static_workstation_has_its_address_gateway_and_name_servers() -> None:
    site = metadata(environment("dev"))["network"]["ethernets"]["site"]
    assert site["addresses"] == ["10.20.16.5/25"]
    assert site["routes"] == [{"to": "default", "via": "10.20.16.1"}]
    assert site["nameservers"] == {
        "addresses": ["10.20.255.10", "10.20.255.11"],
        "search": ["oslo1.fjellverket.example"],
    }
    assert site["dhcp4"] is False


def test_a_workstation_on_dhcp_is_told_no_address() -> None:
    site = metadata(estate(DHCP).environments["dev"])["network"]["ethernets"]["site"]
    assert site == {"match": {"driver": "vmxnet3"}, "dhcp4": True}


def test_it_knows_its_name_its_time_servers_and_its_authorities() -> None:
    user = told(environment("prod"), vcenter="second", registry="first\n")
    assert (user["hostname"], user["fqdn"]) == ("onp1-prod-ws", "onp1-prod-ws.oslo1.fjellverket.example")
    assert user["ntp"] == {"enabled": True, "servers": ["10.20.255.20", "10.20.255.21"], "pools": []}
    assert user["ca_certs"] == {"trusted": ["first\n", "second\n"]}


def test_only_an_empty_data_disk_is_formatted_and_it_is_mounted_by_its_label() -> None:
    user = told(environment("dev"))
    (made,) = user["fs_setup"]
    assert made["overwrite"] is False
    assert made["label"] == DATA_LABEL
    assert len(DATA_LABEL) <= 16
    (mount,) = user["mounts"]
    assert mount[:3] == [f"/dev/disk/by-label/{DATA_LABEL}", "/home/ubuntu", "ext4"]


def test_a_proxy_reaches_shells_services_and_packages() -> None:
    user = told(estate(PROXY).environments["dev"])
    files = {each["path"]: each["content"] for each in user["write_files"]}
    url = "http://proxy.oslo1.fjellverket.example:3128"
    assert f"export https_proxy='{url}'\n" in files["/etc/profile.d/proxy.sh"]
    assert '"NO_PROXY=.example,10.20.0.0/16"' in files["/etc/systemd/system.conf.d/proxy.conf"]
    assert user["apt"] == {"http_proxy": url, "https_proxy": url}
    assert "apt" not in told(environment("dev"))


def test_it_is_told_where_secrets_are_and_none_of_them() -> None:
    env = environment("dev")
    (references,) = [each for each in told(env)["write_files"] if each["path"].endswith("references.yaml")]
    kept = yaml.safe_load(references["content"])
    assert kept["vcenter"]["credentials"] == env.onprem.vsphere.access.credentials
    values = re.findall(r"(?:credentials|ca): (\S+)", references["content"])
    assert len(values) == 3
    assert all(value.startswith("sm://") for value in values)


def test_what_is_told_anew_is_a_new_instance_and_the_same_files_are_the_same_bytes() -> None:
    dev = environment("dev")
    assert guest_info(dev, {"a": "x", "b": "y"}) == guest_info(dev, {"b": "y", "a": "x"})
    instance = metadata(dev)["instance-id"]
    assert instance.startswith("onp1-dev-ws-")
    assert metadata(estate(DHCP).environments["dev"])["instance-id"] != instance
    assert metadata(estate(PROXY).environments["dev"])["instance-id"] != instance
    before = "      address: 10.20.16.5\n      version: 1.32."
    newer = edited(DEV, {f"{before}200-gke.27": f"{before}300-gke.41"})
    # gkectl is upgraded on the machine; another version of it is no other machine.
    assert metadata(estate(newer).environments["dev"])["instance-id"] == instance


def test_a_home_on_the_data_disk_belongs_to_its_user() -> None:
    assert told(environment("dev"))["runcmd"] == [["chown", "ubuntu:ubuntu", "/home/ubuntu"]]
    path = "{path: varde-dev/onp1-dev-ws-data.vmdk"
    elsewhere = estate(edited(DEV, {path: f"{path}, mount: /srv/gkectl"}))
    assert "runcmd" not in told(elsewhere.environments["dev"])
