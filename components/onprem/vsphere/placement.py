"""Where DRS runs virtual machines of ours. Node VMs are the clusters' own affair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pulumi
import pulumi_vsphere as vsphere

from components.component import Component
from components.onprem.vsphere.site import Site
from model.estate import Environment


class Placement(Component):
    """Binds the workstation to its host group, and keeps machines of ours apart.

    `environment`  the environment; `onprem.workstation.host_group` and `onprem.vsphere.anti_affinity` say what to do.
    `site`         the compute cluster and its datacenter.
    `host_groups`  host groups by name.
    `machines`     ids of machines that this program makes, by name; others are looked up in the folder.

    The binding is a wish and no must: the workstation runs elsewhere while its rack is down.
    """

    token: ClassVar[str] = "hybrid:onprem:Placement"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        site: Site,
        host_groups: Mapping[str, pulumi.Output[str]],
        machines: Mapping[str, pulumi.Output[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        self._site = site
        self._machines = machines
        self._folder = environment.onprem.vsphere.folder
        workstation = environment.onprem.workstation
        if workstation.host_group is not None:
            self._bind(workstation.name, host_groups[workstation.host_group])
        for key, rule in sorted(environment.onprem.vsphere.anti_affinity.items()):
            vsphere.ComputeClusterVmAntiAffinityRule(
                self.named("apart", key),
                # The names of all rules of a compute cluster share one namespace.
                name=f"{self._folder}-{key}",
                compute_cluster_id=site.compute_cluster,
                virtual_machine_ids=[self._machine(machine) for machine in sorted(rule.virtual_machines)],
                enabled=True,
                mandatory=rule.mandatory,
                opts=self.child(),
            )
        self.register_outputs({})

    def _machine(self, name: str) -> pulumi.Output[str]:
        made = self._machines.get(name)
        return made if made is not None else self._site.machine(self, self._folder, name)

    def _bind(self, machine: str, host_group: pulumi.Output[str]) -> None:
        # Groups of machines and of hosts share one namespace in a compute cluster, and so do all its rules.
        name = f"{self._folder}-workstation"
        group = vsphere.ComputeClusterVmGroup(
            self.named("group", "workstation"),
            name=name,
            compute_cluster_id=self._site.compute_cluster,
            virtual_machine_ids=[self._machine(machine)],
            opts=self.child(),
        )
        vsphere.ComputeClusterVmHostRule(
            self.named("rule", "workstation"),
            name=name,
            compute_cluster_id=self._site.compute_cluster,
            vm_group_name=group.name,
            affinity_host_group_name=host_group,
            enabled=True,
            mandatory=False,
            opts=self.child(),
        )
