"""The admin workstation in a stack file."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address

from model.config.onprem_cluster import IpMode
from model.config.shape import Shape
from model.config.types import Label, OnPremVersion


class WorkstationMaker(StrEnum):
    """Who makes the virtual machine (A10, A11)."""

    PROGRAM = "program"
    """This program, from a template: a user-managed workstation."""
    GKEADM = "gkeadm"
    """gkeadm, from the file that `./hybrid render` writes."""


class DataDisk(Shape):
    """The disk that keeps what the workstation knows, apart from the machine (A12)."""

    path: str
    """Where it lies on the datastore of nodes, `<directory>/<name>.vmdk` (A6)."""
    size_gib: int = 10
    """Its size in GiB. It can grow; shrinking it would lose what is on it."""
    mount: str = "/home/ubuntu"
    """Where the workstation mounts it; gkeadm puts it there too, and the rendered files name paths below it."""


class Workstation(Shape):
    """The admin workstation, from which gkectl is run."""

    name: Label
    """The VM's name and its host name."""
    made_by: WorkstationMaker = WorkstationMaker.PROGRAM
    """Who makes it."""
    network: Label
    """The network it is in (A8)."""
    ip_mode: IpMode = IpMode.STATIC
    """How it gets its address (A5)."""
    address: IPv4Address | None = None
    """Its address, where it is static."""
    version: OnPremVersion
    """The version of gkectl on it (B64)."""
    cpus: int = 4
    """Virtual CPUs (A4)."""
    memory_mib: int = 8192
    """Memory in MiB (A4)."""
    disk_gib: int = 100
    """Boot disk in GiB (A3)."""
    data_disk: DataDisk
    """The disk that keeps kubeconfigs and configuration."""
    template: Label | None = None
    """The template of the content library that it is cloned from, where the program makes it."""
    tags: tuple[Label, ...] = ()
    """vSphere tags of the VM (I4)."""
    host_group: Label | None = None
    """The DRS host group that it should run on, where racks matter. It runs elsewhere while that group is down."""
