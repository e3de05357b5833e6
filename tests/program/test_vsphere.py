"""What surrounds the clusters in vSphere: inputs and order, as the recorder hears them. vCenter's say is not in it."""

from __future__ import annotations

from typing import Final, cast

import pytest

from components.onprem.vsphere.permissions import ROOT_FOLDER
from model.planning.vcenter_privileges import GRANTS, Entity
from operations.record import Recorded, Timeouts
from tests.model.cases import DEV, edited
from tests.program.programs import ENVIRONMENTS, at, items, recorded, recorded_with, text, waits_for

USER = "gcp:gkeonprem/vMwareCluster:VMwareCluster"
SOURCE: Final = "https://registry.varde-intern.fjellverket.example/varde/images/ubuntu-2204-adminws-20261001.ova"
BEFORE_ACCESS: Final = "      access:\n        account"
OURS: Final = edited(
    DEV,
    {
        BEFORE_ACCESS: """\
      anti_affinity: {pair: {virtual_machines: [onp1-dev-ws, lb-b, lb-a]}}
      storage_policy: {name: sp-dev, owner: program, tag_category: storage, tags: [silver, gold]}
      permissions:
        owner: program
        account: svc-gdc-dev@vsphere.fjellverket.example
        others:
          root: []
          datacenter: [{principal: "ZONE\\\\admins", group: true, role: Administrator}]
          compute_cluster: [{principal: "ZONE\\\\admins", group: true, role: Administrator}]
          datastores: []
"""
        + BEFORE_ACCESS
    },
)
"""Everything that can be the program's is."""
THEIRS: Final = edited(
    DEV,
    {
        BEFORE_ACCESS: f"      storage_policy: {{name: sp-gold}}\n{BEFORE_ACCESS}",
        "        name: lib-varde-dev\n": "        name: lib-varde-dev\n        owner: vcenter\n",
        f"            source: {SOURCE}\n": "            firmware: efi\n",
    },
)
"""Everything that can be vCenter's administrators' is."""


class TestMachines:
    """Node VMs, their templates and rules are the clusters' own: what is managed twice is fought over."""

    def test_the_workstation_is_the_only_machine_that_is_made_and_none_is_looked_up(self) -> None:
        for name in ENVIRONMENTS:
            made = [text(each, "name") for each in recorded(name).of_type("VirtualMachine")]
            assert made == [f"onp1-{name}-ws"]
        assert not [each for each in recorded_with("prod").invokes if "VirtualMachine" in each.token]

    def test_no_anti_affinity_rule_is_made_for_nodes(self) -> None:
        for name in ENVIRONMENTS:
            assert not recorded(name).of_type("ComputeClusterVmAntiAffinityRule")


class TestSurroundings:
    """What the clusters stand in."""

    def test_sandbox_may_use_so_much_memory_and_the_others_all_there_is(self) -> None:
        pools = {name: recorded(name).one("ResourcePool", "vsphere-pool") for name in ENVIRONMENTS}
        assert {name: at(pool, "memoryLimit") for name, pool in pools.items()} == {
            "sandbox": 262144,
            "dev": -1,
            "test": -1,
            "prod": -1,
        }
        assert at(pools["prod"], "memoryReservation") == 1024000
        assert [at(pools[name], "cpuShareLevel") for name in ENVIRONMENTS] == ["low", "normal", "normal", "high"]

    def test_port_groups_carry_their_vlan_and_let_no_machine_pose_as_another(self) -> None:
        groups = recorded("dev").of_type("DistributedPortGroup")
        assert {text(each, "name"): at(each, "vlanId") for each in groups} == {
            "pg-varde-dev-admin": 2011,
            "pg-varde-dev-node": 2012,
        }
        flags = ("allowForgedTransmits", "allowMacChanges", "allowPromiscuous")
        assert [at(each, flag) for each in groups for flag in flags] == [False] * 6

    def test_tags_are_of_a_category_of_the_environments_own(self) -> None:
        category = recorded("sandbox").one("TagCategory", "vsphere-tag-category")
        assert (at(category, "name"), at(category, "cardinality")) == ("varde-sandbox", "MULTIPLE")
        tags = [at(each, "name") for each in recorded("sandbox").of_type("Tag")]
        assert tags == ["admin-ws", "no-image-backup", "node-general"]

    def test_the_host_groups_are_made_of_the_hosts_that_the_file_names(self) -> None:
        recording = recorded_with("prod")
        groups = recording.of_type("ComputeClusterHostGroup")
        assert [at(each, "name") for each in groups] == [f"hg-prod-rack-{rack}" for rack in "abc"]
        asked = {str(each.arguments["name"]) for each in recording.invokes if "getHost:" in each.token}
        assert asked == {f"esx0{n}.prod.oslo1.fjellverket.example" for n in range(1, 7)}

    def test_what_the_infrastructure_team_gives_is_looked_up(self) -> None:
        asked = {str(each.arguments["name"]) for each in recorded_with("dev").invokes if "vsphere" in each.token}
        stores = {"ds-oslo1-dev-vmfs01", "ds-bergen1-dev-backup", "ds-oslo1-dev-images"}
        assert asked == {"dc-oslo1-dev", "cl-oslo1-dev", "dvs-oslo1-dev"} | stores

    def test_the_template_is_imported_into_a_library_on_the_datastore_of_images(self) -> None:
        recording = recorded("sandbox")
        library = recording.one("ContentLibrary", "vsphere-library")
        assert at(library, "name") == "lib-varde-sandbox"
        (item,) = recording.of_type("ContentLibraryItem")
        assert at(item, "name") == "ubuntu-2204-adminws-20261020"
        assert text(item, "fileUrl").endswith("/ubuntu-2204-adminws-20261020.ova")
        assert item.options.timeouts == Timeouts(create="1h")

    def test_a_library_of_others_is_looked_up_with_its_templates(self) -> None:
        recording = recorded_with("dev", THEIRS)
        assert not recording.of_type("vsphere:index/contentLibrary:ContentLibrary")
        assert not recording.of_type("ContentLibraryItem")
        asked = {each.token.rpartition(":")[2]: each.arguments for each in recording.invokes}
        assert asked["getContentLibrary"]["name"] == "lib-varde-dev"
        assert at(recording.one("VirtualMachine", "workstation-vm"), "firmware") == "efi"


class TestOrder:
    """Clusters wait for what they stand in, and for nothing else of vSphere."""

    @pytest.mark.parametrize("name", ENVIRONMENTS)
    def test_no_cluster_waits_for_the_workstation_its_template_or_its_place(self, name: str) -> None:
        recording = recorded(name)
        (cluster,) = recording.of_type(USER)
        before = {each.split(":")[-1] for each in waits_for(recording, cluster)}
        assert f"VMwareCluster {cluster.name}" not in before
        assert "Folder vsphere-folder" in before
        assert "DistributedPortGroup vsphere-network-node" in before
        assert "Tag vsphere-tag-node-general" in before
        kinds = {each.split(" ")[0] for each in before}
        assert not kinds & {"VirtualMachine", "VirtualDisk", "ContentLibrary", "ContentLibraryItem"}
        assert not kinds & {"ComputeClusterVmGroup", "ComputeClusterVmHostRule"}

    def test_clusters_wait_for_the_permissions_of_their_account_where_the_program_gives_them(self) -> None:
        recording = recorded_with("dev", OURS)
        (cluster,) = recording.of_type(USER)
        before = waits_for(recording, cluster)
        assert "vsphere:index/entityPermissions:EntityPermissions vsphere-permissions-folder" in before


class TestPlacement:
    """Rules for machines of ours; the names of a compute cluster's groups and rules are shared by all of them."""

    def test_prod_would_rather_have_its_workstation_in_rack_a(self) -> None:
        recording = recorded("prod")
        group = recording.one("ComputeClusterVmGroup", "vsphere-group-workstation")
        rule = recording.one("ComputeClusterVmHostRule", "vsphere-rule-workstation")
        assert at(rule, "vmGroupName") == at(group, "name") == "varde-prod-workstation"
        assert at(rule, "affinityHostGroupName") == "hg-prod-rack-a"
        assert at(rule, "mandatory") is False
        before = waits_for(recording, rule)
        assert (
            "vsphere:index/computeClusterHostGroup:ComputeClusterHostGroup vsphere-host-group-hg-prod-rack-a" in before
        )

    @pytest.mark.parametrize("name", ["sandbox", "dev", "test"])
    def test_where_racks_are_not_modelled_nothing_is_bound(self, name: str) -> None:
        assert not recorded(name).of_type("ComputeClusterVmGroup")
        assert not recorded(name).of_type("ComputeClusterVmHostRule")

    def test_machines_of_ours_are_kept_apart_by_a_rule_named_after_the_folder(self) -> None:
        recording = recorded_with("dev", OURS)
        (made,) = recording.of_type("ComputeClusterVmAntiAffinityRule")
        assert at(made, "name") == "varde-dev-pair"
        assert made.name == "vsphere-apart-pair"
        assert len(cast("tuple[object, ...]", at(made, "virtualMachineIds"))) == 3

    def test_only_machines_that_others_made_are_looked_up(self) -> None:
        recording = recorded_with("dev", OURS)
        (made,) = recording.of_type("ComputeClusterVmAntiAffinityRule")
        asked = [each.arguments for each in recording.invokes if "getVirtualMachine" in each.token]
        assert sorted((each["folder"], each["name"]) for each in asked) == [
            ("varde-dev", "lb-a"),
            ("varde-dev", "lb-b"),
        ]
        assert "vsphere:index/virtualMachine:VirtualMachine workstation-vm" in waits_for(recording, made)


class TestStoragePolicy:
    """A choice, in the place of a datastore's name (A24)."""

    def test_one_of_ours_picks_datastores_by_their_tags_and_the_workstation_follows_it(self) -> None:
        recording = recorded_with("dev", OURS)
        made = recording.one("VmStoragePolicy", "vsphere-storage-policy")
        (rule,) = items(made, "tagRules")
        assert (rule["tagCategory"], rule["tags"]) == ("storage", ("gold", "silver"))
        assert rule["includeDatastoresWithTags"] is True
        assert "storagePolicyId" in recording.one("VirtualMachine", "workstation-vm").inputs

    def test_one_of_vcenters_is_looked_up_by_name(self) -> None:
        recording = recorded_with("dev", THEIRS)
        assert not recording.of_type("VmStoragePolicy")
        assert [each.arguments["name"] for each in recording.invokes if "getPolicy" in each.token] == ["sp-gold"]


class TestPermissions:
    """The clusters' account has what is documented where it is needed, and nobody loses what they have (I6)."""

    def made(self) -> tuple[Recorded, ...]:
        return tuple(recorded_with("dev", OURS).of_type("EntityPermissions"))

    def test_vcenters_administrators_give_them_unless_the_file_says_otherwise(self) -> None:
        for name in ENVIRONMENTS:
            assert not recorded(name).of_type("Role")
            assert not recorded(name).of_type("EntityPermissions")

    def test_every_kind_of_object_has_its_role_with_the_privileges_of_the_list(self) -> None:
        roles = recorded_with("dev", OURS).of_type("Role")
        assert {text(each, "name"): at(each, "rolePrivileges") for each in roles} == {
            f"varde-dev-{grant.entity.value.replace('_', '-')}": tuple(sorted(grant.privileges)) for grant in GRANTS
        }
        by_name = {text(each, "name"): at(each, "rolePrivileges") for each in roles}
        assert by_name["varde-dev-compute-cluster"] == ("Host.Inventory.EditCluster",)

    def test_the_account_has_a_permission_on_every_object_from_the_top_of_vcenter_to_each_port_group(self) -> None:
        made = {each.name.removeprefix("vsphere-permissions-"): each for each in self.made()}
        assert {name: at(each, "entityType") for name, each in made.items()} == {
            "root": "Folder",
            "datacenter": "Datacenter",
            "compute_cluster": "ClusterComputeResource",
            "datastores-ds-bergen1-dev-backup": "Datastore",
            "datastores-ds-oslo1-dev-vmfs01": "Datastore",
            "resource_pool": "ResourcePool",
            "folder": "Folder",
            "port_groups-admin": "DistributedVirtualPortgroup",
            "port_groups-node": "DistributedVirtualPortgroup",
        }
        assert at(made["root"], "entityId") == ROOT_FOLDER
        for each in made.values():
            given = {str(one["userOrGroup"]): one for one in items(each, "permissions")}
            assert given["vsphere.fjellverket.example\\svc-gdc-dev"]["isGroup"] is False

    def test_the_rest_of_vcenter_stays_closed_below_the_top(self) -> None:
        made = {each.name.removeprefix("vsphere-permissions-"): each for each in self.made()}
        account = "vsphere.fjellverket.example\\svc-gdc-dev"
        spread = {
            name: next(one["propagate"] for one in items(each, "permissions") if one["userOrGroup"] == account)
            for name, each in made.items()
        }
        below = {Entity.COMPUTE_CLUSTER.value, Entity.RESOURCE_POOL.value, Entity.FOLDER.value}
        assert {name for name, propagate in spread.items() if propagate} == below

    def test_others_keep_theirs_and_the_list_is_in_the_order_of_names(self) -> None:
        made = {each.name.removeprefix("vsphere-permissions-"): each for each in self.made()}
        names = [str(one["userOrGroup"]) for one in items(made["datacenter"], "permissions")]
        assert names == ["ZONE\\admins", "vsphere.fjellverket.example\\svc-gdc-dev"]
        asked = [each.arguments for each in recorded_with("dev", OURS).invokes if "getRole" in each.token]
        assert {str(each["label"]) for each in asked} == {"Administrator"}
