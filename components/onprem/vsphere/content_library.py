"""The content library and its templates."""

from __future__ import annotations

from typing import ClassVar, Final

import pulumi
import pulumi_vsphere as vsphere

from components.component import Component
from model.config.vsphere import ContentLibrary as Wanted
from model.config.vsphere import Template
from model.config.vsphere_access import Owner

IMPORT: Final = pulumi.CustomTimeouts(create="1h")
"""An image of some GiB goes through the machine that runs the program."""


class ContentLibrary(Component):
    """Makes the content library with its templates, or looks up those that are there.

    `library`    what is wanted. Nothing of an item can be changed: another image is another name, and the machines
                 cloned from the old one are replaced when their template is.
    `datastore`  the id of the datastore that holds it.
    `described`  whose it is, in vCenter's own list.

    Outputs: `templates`, the items' ids by name.
    """

    token: ClassVar[str] = "hybrid:onprem:ContentLibrary"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        library: Wanted,
        datastore: pulumi.Input[str],
        described: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        self._library_id = self._find_or_make(library, datastore, described)
        self.templates: dict[str, pulumi.Output[str]] = {
            item: self._item(item, template, described) for item, template in sorted(library.templates.items())
        }
        self.register_outputs({"templates": self.templates})

    def _find_or_make(self, library: Wanted, datastore: pulumi.Input[str], described: str) -> pulumi.Output[str]:
        if library.owner is Owner.VCENTER:
            opts = pulumi.InvokeOutputOptions(parent=self)
            return vsphere.get_content_library_output(name=library.name, opts=opts).id
        return vsphere.ContentLibrary(
            self.named("library"),
            name=library.name,
            description=described,
            storage_backings=[datastore],
            opts=self.child(),
        ).id

    def _item(self, item: str, template: Template, described: str) -> pulumi.Output[str]:
        if template.source is None:
            return vsphere.get_content_library_item_output(
                name=item, library_id=self._library_id, type="ovf", opts=pulumi.InvokeOutputOptions(parent=self)
            ).id
        return vsphere.ContentLibraryItem(
            self.named("template", item),
            name=item,
            library_id=self._library_id,
            type="ovf",
            file_url=template.source,
            description=described,
            opts=self.child(timeouts=IMPORT),
        ).id
