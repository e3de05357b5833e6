"""The storage policy that picks datastores by their tags."""

from __future__ import annotations

from typing import ClassVar

import pulumi
import pulumi_vsphere as vsphere

from components.component import Component
from model.config.vsphere import StoragePolicy as Wanted
from model.config.vsphere_access import Owner


class StoragePolicy(Component):
    """Makes a storage policy of tag rules, or looks up the one that vCenter's administrators made (A24).

    `policy`     what is wanted. Datastores get their tags from the infrastructure team, who own both.
    `described`  whose it is, in vCenter's own list.

    Outputs: `id`.
    """

    token: ClassVar[str] = "hybrid:onprem:StoragePolicy"  # noqa: S105  a type token

    def __init__(
        self, name: str, *, policy: Wanted, described: str, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(name, opts)
        if policy.owner is Owner.PROGRAM:
            self.id: pulumi.Output[str] = vsphere.VmStoragePolicy(
                self.named("storage-policy"),
                name=policy.name,
                description=described,
                tag_rules=[
                    vsphere.VmStoragePolicyTagRuleArgs(
                        tag_category=policy.tag_category or "",
                        tags=sorted(policy.tags),
                        include_datastores_with_tags=True,
                    )
                ],
                opts=self.child(),
            ).id
        else:
            self.id = vsphere.get_policy_output(name=policy.name, opts=pulumi.InvokeOutputOptions(parent=self)).id
        self.register_outputs({"id": self.id})
