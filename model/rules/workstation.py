"""The admin workstation: its address, its disks, and what it is made from. Its size is with the on-prem clusters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.onprem_cluster import IpMode
from model.config.problems import Severity
from model.config.vsphere_access import Owner
from model.config.workstation import WorkstationMaker
from model.estate import Environment, Estate
from model.rules import pages
from model.rules.registries import environment_rules, estate_rules
from model.rules.registry import Finding, suggest
from model.rules.repeats import Named, readable, repeats

DISK_SUFFIX: Final = ".vmdk"


@environment_rules.rule("A5", title="the workstation has an address or asks for one", source=pages.WORKSTATION_FILE)
def address(env: Environment) -> Iterator[Finding]:
    """Refuse a static workstation without an address, and one on DHCP with an address."""
    workstation = env.onprem.workstation
    if workstation.ip_mode is IpMode.STATIC and workstation.address is None:
        message = f"workstation {workstation.name} is static and has no address: it would come up without a network"
        yield Finding(workstation.at("address"), message, "give it an address of its network, or set ip_mode: dhcp")
    elif workstation.ip_mode is IpMode.DHCP and workstation.address is not None:
        message = f"workstation {workstation.name} is on DHCP, which does not know of address {workstation.address}"
        yield Finding(workstation.at("address"), message, "remove the address, or set ip_mode: static")


@environment_rules.rule("A6", title="the data disk is a file on a datastore", source=pages.WORKSTATION_FILE)
def data_disk(env: Environment) -> Iterator[Finding]:
    """Refuse a data disk whose path is no VMDK below the datastore, and one without a size.

    Warn where gkeadm makes the workstation: it asks for the directory to be there.
    """
    workstation = env.onprem.workstation
    disk = workstation.data_disk
    if not disk.path.endswith(DISK_SUFFIX) or disk.path.rpartition("/")[2] == DISK_SUFFIX:
        message = f"data disk {disk.path!r} is not the name of a VMDK: vCenter would refuse it"
        yield Finding(disk.at("path"), message, "write <directory>/<name>.vmdk")
    if disk.path.startswith(("/", "[")):
        message = f"data disk {disk.path!r} begins with a slash or a datastore; it lies on the datastore of nodes"
        yield Finding(disk.at("path"), message, "write the path below the datastore alone")
    if disk.size_gib < 1:
        message = f"the data disk has {disk.size_gib} GiB; vCenter makes disks of whole GiB"
        yield Finding(disk.at("size_gib"), message, "set size_gib to 1 or more")
    directory = disk.path.rpartition("/")[0]
    if directory and workstation.made_by is WorkstationMaker.GKEADM:
        message = f"gkeadm does not make directory '{directory}' on {env.onprem.vsphere.datastores.nodes.name}"
        yield Finding(disk.at("path"), message, "make it on the datastore first", Severity.WARNING)


@estate_rules.rule("A12", title="a workstation drives one environment", source=pages.UPGRADE)
def one_each(estate: Estate) -> Iterator[Finding]:
    """Refuse one data disk for two workstations; warn of two workstations of one name."""
    every = list(readable(estate, lambda env: env.onprem))
    disks = (
        Named(
            (onprem.vsphere.datacenter, onprem.vsphere.datastores.nodes.name, onprem.workstation.data_disk.path),
            onprem.workstation.data_disk,
            ("path",),
            env.name,
        )
        for env, onprem in every
    )
    for first, again in repeats(disks):
        message = (
            f"the workstations of {first.what} and {again.what} have one data disk: its kubeconfigs would be "
            "overwritten, and two machines writing to it destroy it"
        )
        yield Finding(again.place, message, "give it a path of its own")
    names = (Named(onprem.workstation.name, onprem.workstation, ("name",), env.name) for env, onprem in every)
    for first, again in repeats(names):
        message = (
            f"the workstations of {first.what} and {again.what} are both called {again.name}: an admin cluster is "
            "driven from one workstation, and people would not know which"
        )
        yield Finding(again.place, message, "give each a name of its own", Severity.WARNING)


@environment_rules.rule("I2", "A11", title="the workstation has a template that fits it", source=pages.VIRTUAL_MACHINE)
def template(env: Environment) -> Iterator[Finding]:
    """Refuse a workstation of the program's without a template of the content library, or with a smaller disk."""
    workstation, library = env.onprem.workstation, env.onprem.vsphere.content_library
    if workstation.made_by is not WorkstationMaker.PROGRAM:
        return
    if workstation.template is None:
        message = f"workstation {workstation.name} is cloned from a template, and none is named"
        yield Finding(
            workstation.at(), message, suggest("", library.templates, lead="name one with `template:`. Templates")
        )
        return
    found = library.templates.get(workstation.template)
    if found is None:
        message = f"there is no template '{workstation.template}' in content library {library.name}"
        remedy = suggest(workstation.template, library.templates, lead="Templates")
        yield Finding(workstation.at("template"), message, remedy)
    elif workstation.disk_gib < found.disk_gib:
        message = (
            f"the workstation's disk has {workstation.disk_gib} GiB and that of {workstation.template} "
            f"{found.disk_gib}: a clone's disk is no smaller than its template's"
        )
        yield Finding(workstation.at("disk_gib"), message, f"set disk_gib to {found.disk_gib} or more")


@environment_rules.rule("I2", title="templates of a library of ours come from somewhere", source=pages.CONTENT_ITEM)
def sources(env: Environment) -> Iterator[Finding]:
    """Refuse templates without a source in a content library that the program makes, and that is empty then."""
    library = env.onprem.vsphere.content_library
    if library.owner is Owner.PROGRAM:
        for name, found in library.templates.items():
            if found.source is None:
                message = f"template {name} has no source, and the program makes {library.name}, with nothing in it"
                yield Finding(found.at(), message, "write `source:`, or set owner: vcenter if the library is there")


@environment_rules.rule("I4", title="tags of the workstation exist", source=pages.VIRTUAL_MACHINE)
def tags(env: Environment) -> Iterator[Finding]:
    """Refuse tags of the workstation that the environment does not make."""
    workstation, known = env.onprem.workstation, env.onprem.vsphere.tags
    for number, tag in enumerate(workstation.tags):
        if tag not in known:
            category = env.onprem.vsphere.tag_category
            message = f"there is no tag '{tag}' in category {category} for workstation {workstation.name}"
            yield Finding(workstation.at("tags", number), message, suggest(tag, known, lead="Tags"))


@environment_rules.rule("I1", title="the workstation's host group exists", source=pages.VM_HOST_RULE)
def host_group(env: Environment) -> Iterator[Finding]:
    """Refuse a host group that the environment does not make."""
    workstation, groups = env.onprem.workstation, env.onprem.vsphere.host_groups
    if workstation.host_group is not None and workstation.host_group not in groups:
        message = f"there is no host group '{workstation.host_group}' for workstation {workstation.name} to run on"
        remedy = suggest(workstation.host_group, groups, lead="Host groups")
        yield Finding(workstation.at("host_group"), message, remedy)
