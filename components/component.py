"""What every component of the program has in common: a stated type token, named children, and nothing that leaks.

A child gets `parent=self` and what is given for it, never the caller's options: those may hold an alias, an import or
a dependency that is true of the component alone. The parent chain carries the provider and `protect` down
(https://www.pulumi.com/docs/iac/concepts/resources/options/).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pulumi


class Component(pulumi.ComponentResource):
    """A named part of the platform.

    A subclass states its `token`, takes `name` first, then keyword-only arguments, `opts` last; it makes its children
    with `opts=self.child(...)`, and calls `register_outputs` with its public outputs as its last line.
    """

    token: ClassVar[str]
    """`hybrid:<area>:<Kind>`. State is keyed by it: changing it replaces everything below."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(self.token, name, None, opts)

    def named(self, *keys: str) -> str:
        """Return the logical name of a child, `<component>-<key>`, from keys that cannot move.

        A URN carries the parents' types and not their names, so the child's own name must tell them apart.
        """
        return "-".join((self.pulumi_resource_name, *keys))

    def child(
        self,
        *,
        protect: bool | None = None,
        ignore: Sequence[str] = (),
        timeouts: pulumi.CustomTimeouts | None = None,
        after: Sequence[pulumi.Resource] = (),
        import_id: str | None = None,
        provider: pulumi.ProviderResource | None = None,
        deleted_with: pulumi.Resource | None = None,
        retain: bool = False,
        aliases: Sequence[str | pulumi.Alias] = (),
        delete_first: bool | None = None,
        replace_on: Sequence[str] = (),
    ) -> pulumi.ResourceOptions:
        """Return the options of a child of this component.

        `protect`       Pulumi refuses to delete it; by default as the component itself. An import is always protected.
        `ignore`        inputs that another owner writes, or that the API echoes differently; each with its reason.
        `timeouts`      how long its operations may take.
        `after`         resources it needs without using an output of theirs. A component stands for all below it.
        `import_id`     adopt what exists under this id.
        `provider`      another provider than the component's.
        `deleted_with`  what takes it along when deleted, so that it needs no deletion of its own.
        `retain`        leave it in place when it leaves the program.
        `aliases`       names or parents it had before.
        `delete_first`  delete before replacing, where two cannot exist side by side.
        `replace_on`    inputs whose change replaces it.
        """
        return pulumi.ResourceOptions(
            parent=self,
            protect=True if import_id is not None else protect,
            ignore_changes=list(ignore) or None,
            custom_timeouts=timeouts,
            depends_on=list(after) or None,
            import_=import_id,
            provider=provider,
            deleted_with=deleted_with,
            retain_on_delete=retain or None,
            aliases=list(aliases) or None,
            delete_before_replace=delete_first,
            replace_on_changes=list(replace_on) or None,
        )


class OrphanError(Exception):
    """A resource was registered outside any component."""


def _refuse_orphan(
    arguments: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult | None:
    resource = arguments.resource
    if arguments.opts.parent is None and not isinstance(resource, Component | pulumi.ProviderResource):
        raise OrphanError(
            f"{arguments.type_} '{arguments.name}' names no parent, so it belongs to no component and would inherit "
            f"neither provider nor protection. Register it with `opts=self.child(...)` of the component it is part of."
        )
    return None


def refuse_orphans() -> None:
    """Refuse, from now on in this program, every resource without a parent that is no component and no provider.

    To be called once, first in the program: a transformation at the stack sees whatever is registered without a
    parent. It repairs nothing; `OrphanError` names the resource.
    """
    pulumi.runtime.register_stack_transformation(_refuse_orphan)
