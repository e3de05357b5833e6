"""The tags of an environment's virtual machines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import pulumi
import pulumi_vsphere as vsphere

from components.component import Component


class Tags(Component):
    """Makes a tag category for virtual machines, and its tags (I4).

    `category`   the category's name; all environments share one vCenter, so each has its own.
    `tags`       names of tags.
    `described`  what the category is for, in vCenter's own list.

    Outputs: `ids`, the tags' ids by name.
    """

    token: ClassVar[str] = "hybrid:onprem:Tags"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        category: str,
        tags: Iterable[str],
        described: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        made = vsphere.TagCategory(
            self.named("tag-category"),
            name=category,
            # MULTIPLE: a node carries the tag of its pool and the one that keeps image backup away.
            cardinality="MULTIPLE",
            associable_types=["VirtualMachine"],
            description=described,
            opts=self.child(),
        )
        self.ids: dict[str, pulumi.Output[str]] = {
            tag: vsphere.Tag(
                self.named("tag", tag),
                name=tag,
                category_id=made.id,
                description=f"{described}: {tag}",
                opts=self.child(),
            ).id
            for tag in sorted(tags)
        }
        self.register_outputs({"ids": self.ids})
