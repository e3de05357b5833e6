"""What every component has in common: named children with nothing of the caller's, and no orphans."""

from __future__ import annotations

import pulumi
import pytest

from components.component import OrphanError, refuse_orphans
from operations.record import Timeouts
from tests.program.declared import Cloud, Group, Thing, of


class TestChildren:
    """A caller's alias, import or dependency on a child would rename, adopt or order the wrong resource."""

    def test_a_child_inherits_provider_and_protection_and_none_of_the_callers_other_options(self) -> None:
        def program() -> None:
            cloud = Cloud()
            first = Thing("first", pulumi.ResourceOptions(provider=cloud))
            group = Group(
                "group",
                pulumi.ResourceOptions(
                    providers=[cloud],
                    protect=True,
                    aliases=[pulumi.Alias(name="before")],
                    depends_on=[first],
                    ignore_changes=["color"],
                    custom_timeouts=pulumi.CustomTimeouts(create="2h"),
                ),
            )
            Thing(group.named("thing"), group.child())

        recording = of(program)
        group, thing = recording.one("Group", "group"), recording.one("Thing", "group-thing")
        assert (thing.parent, thing.provider) == (group.urn, recording.one("cloud", "cloud").urn)
        assert thing.options.protect
        assert (thing.options.depends_on, thing.options.ignore_changes, thing.options.timeouts) == ((), (), None)
        # The SDK itself derives an alias from the parent's, so that renaming a component keeps what is below it.
        assert all("before" not in alias.replace("before-thing", "") for alias in thing.options.aliases)

    def test_what_is_given_for_a_child_reaches_it(self) -> None:
        def program() -> None:
            other, group = Cloud("other"), Group("group", pulumi.ResourceOptions(provider=Cloud()))
            first = Thing(group.named("first"), group.child())
            Thing(
                group.named("second"),
                group.child(
                    protect=True,
                    ignore=["color"],
                    timeouts=pulumi.CustomTimeouts(create="2h"),
                    after=[first],
                    provider=other,
                    deleted_with=first,
                    retain=True,
                    aliases=[pulumi.Alias(name="before")],
                    delete_first=True,
                    replace_on=["shape"],
                ),
            )

        recording = of(program)
        first, second = recording.one("Thing", "group-first"), recording.one("Thing", "group-second")
        options = second.options
        assert second.provider == recording.one("cloud", "other").urn
        assert (options.protect, options.ignore_changes, options.timeouts) == (True, ("color",), Timeouts("2h"))
        assert (options.depends_on, options.deleted_with) == ((first.urn,), first.urn)
        assert (options.retain_on_delete, options.aliases) == (True, ("name=before",))
        assert (options.delete_before_replace, options.replace_on_changes) == (True, ("shape",))

    def test_whatever_is_adopted_is_protected_even_when_told_otherwise(self) -> None:
        def program() -> None:
            group = Group("group", pulumi.ResourceOptions(providers=[Cloud()]))
            Thing(group.named("thing"), group.child(import_id="thing/7", protect=False))

        options = of(program).one("Thing", "group-thing").options
        assert (options.import_id, options.protect) == ("thing/7", True)

    def test_waiting_for_a_component_is_waiting_for_everything_in_it(self) -> None:
        def program() -> None:
            cloud = pulumi.ResourceOptions(providers=[Cloud()])
            before, after = Group("before", cloud), Group("after", cloud)
            Thing(before.named("thing"), before.child())
            Thing(after.named("thing"), after.child(after=[before]))

        recording = of(program)
        wanted = recording.one("Thing", "before-thing").urn
        assert wanted in recording.one("Thing", "after-thing").options.depends_on


class TestOrphans:
    """A resource without a parent inherits neither provider nor protection."""

    def test_a_resource_without_a_parent_is_refused_by_its_name(self) -> None:
        def program() -> None:
            refuse_orphans()
            Group("group")
            Thing("stray", pulumi.ResourceOptions(provider=Cloud()))

        with pytest.raises(OrphanError, match="cloud:index:Thing 'stray'"):
            of(program)

    def test_components_providers_and_what_is_in_components_are_let_through(self) -> None:
        def program() -> None:
            refuse_orphans()
            group = Group("group", pulumi.ResourceOptions(providers=[Cloud()]))
            inner = Group(group.named("inner"), group.child())
            Thing(inner.named("thing"), inner.child())

        assert [each.name for each in of(program).of_type("Thing")] == ["group-inner-thing"]
