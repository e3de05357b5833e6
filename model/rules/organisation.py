"""The organisation file: identities, groups, profiles and places that every environment relies on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from model.config.organisation import GroupKind
from model.config.team import GroupState
from model.estate import Estate
from model.rules import pages
from model.rules.groups import basic, unfit
from model.rules.registries import estate_rules
from model.rules.registry import Finding, suggest
from model.rules.repeats import Named, repeats

SECURITY_GROUP: Final = "gke-security-groups"
MIN_BREAK_GLASS: Final = 2
_FOLDER: Final = re.compile(r"folders/[0-9]+")
_CUSTOMER: Final = re.compile(r"C[0-9A-Za-z]+")
_BILLING: Final = re.compile(r"[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}")
_OBJECT: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LABEL_KEY: Final = re.compile(r"[a-z][-_a-z0-9]{0,62}")
_LABEL_VALUE: Final = re.compile(r"[-_a-z0-9]{0,63}")


@estate_rules.rule("format", title="identifiers of the organisation have their form", source=pages.PROJECTS)
def identifiers(estate: Estate) -> Iterator[Finding]:
    """Refuse folders, customers and billing accounts that can not be ones, and unknown time zones."""
    organisation, google = estate.organisation, estate.organisation.google
    for field, text, form, example in (
        ("folder", google.folder, _FOLDER, "folders/123456789012"),
        ("customer_id", google.customer_id, _CUSTOMER, "C01abcdef"),
        ("billing_account", google.billing_account, _BILLING, "0A1B2C-3D4E5F-6A7B8C"),
    ):
        if not form.fullmatch(text):
            yield Finding(google.at(field), f"'{text}' is no {field.replace('_', ' ')}", f"write one such as {example}")
    try:
        ZoneInfo(organisation.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        message = f"there is no time zone '{organisation.time_zone}'"
        yield Finding(organisation.at("time_zone"), message, "write a name of the IANA list, such as Europe/Oslo")


@estate_rules.rule("C1", title="zones belong to the region", source=pages.GKE_CLUSTER)
def zones(estate: Estate) -> Iterator[Finding]:
    """Refuse zones of another region, zones that stand twice, and backups in the region they are to survive."""
    organisation = estate.organisation
    for number, zone in enumerate(organisation.zones):
        if zone.rsplit("-", 1)[0] != organisation.region:
            message = f"zone {zone} is not in region {organisation.region}, where the clusters are"
            yield Finding(organisation.at("zones", number), message, f"write a zone such as {organisation.region}-a")
    for _, again in repeats(
        Named(zone, organisation, ("zones", number)) for number, zone in enumerate(organisation.zones)
    ):
        yield Finding(again.place, f"zone {again.name} stands twice", "remove one of them")
    if not organisation.zones:
        yield Finding(organisation.at("zones"), "no zone is named for the clusters", "name the zones of the region")
    if organisation.backup_region == organisation.region:
        message = f"backups go to {organisation.backup_region}, the region whose loss they are for"
        yield Finding(organisation.at("backup_region"), message, "name another region")


@estate_rules.rule("C9", "F10", title="clusters know groups through the security group", source=pages.GKE_GROUPS)
def security_group(estate: Estate) -> Iterator[Finding]:
    """Refuse another name than the one that GKE asks for."""
    organisation = estate.organisation
    expected = f"{SECURITY_GROUP}@{organisation.domain}"
    if organisation.security_group != expected:
        message = f"the security group is {organisation.security_group}; GKE looks for {expected} alone"
        yield Finding(organisation.at("security_group"), message, f"write {expected}")


@estate_rules.rule("F12", "E34", title="groups are the directory's", source=pages.IAM_GROUPS)
def groups(estate: Estate) -> Iterator[Finding]:
    """Refuse groups of other domains, unknown states, and object ids that are none or another group's."""
    organisation = estate.organisation
    states = [state.value for state in GroupState]
    for address, group in organisation.groups.items():
        if not address.endswith(f"@{organisation.domain}"):
            message = f"{address} is outside {organisation.domain}, whose directory this platform trusts"
            yield Finding(group.at(), message, f"use a group of {organisation.domain}", rule="E34")
        if group.state not in states:
            yield Finding(group.at("state"), f"'{group.state}' is no state of {address}", suggest(group.state, states))
        if not _OBJECT.fullmatch(group.entra_object_id):
            message = f"'{group.entra_object_id}' is no object id for {address}"
            yield Finding(
                group.at("entra_object_id"), message, "copy it from the directory: 8-4-4-4-12 hexadecimal digits"
            )
    named = (
        Named(group.entra_object_id, group, ("entra_object_id",), address)
        for address, group in organisation.groups.items()
    )
    for first, again in repeats(named):
        message = f"{again.what} and {first.what} have one object id: what one is granted the other would have"
        yield Finding(again.place, message, "copy each id from the directory")


@estate_rules.rule("F1", title="the platform's own groups are known", source=pages.IAM_GROUPS)
def platform_groups(estate: Estate) -> Iterator[Finding]:
    """Refuse platform groups that are no known groups."""
    chosen = estate.organisation.platform_groups
    for field, address in (("team", chosen.team), ("on_call", chosen.on_call)):
        yield from unfit(estate.organisation, address, chosen.at(field))


@estate_rules.rule("F1", title="break-glass accounts stay outside", source=pages.IAM_GROUPS)
def break_glass(estate: Estate) -> Iterator[Finding]:
    """Refuse fewer than two accounts, accounts of another domain, and accounts that are named as groups."""
    organisation = estate.organisation
    if len(set(organisation.break_glass)) < MIN_BREAK_GLASS:
        message = "there are fewer than two break-glass accounts: with one key lost nobody gets in on the worst day"
        yield Finding(organisation.at("break_glass"), message, "name two accounts, with keys in two places")
    for number, account in enumerate(organisation.break_glass):
        place = organisation.at("break_glass", number)
        if not account.endswith(f"@{organisation.domain}"):
            message = (
                f"break-glass account {account} is outside {organisation.domain}: another organisation could lock it"
            )
            yield Finding(place, message, f"use an account of {organisation.domain}")
        if account in organisation.groups:
            message = f"break-glass account {account} is listed as a group, and groups can be granted things"
            yield Finding(organisation.at("groups", account), message, "remove it from groups")


@estate_rules.rule("F7", "E30", title="profiles of product teams hold predefined roles", source=pages.IAM_GROUPS)
def profiles(estate: Estate) -> Iterator[Finding]:
    """Refuse basic roles in profiles, and roles that stand twice."""
    for name, profile in estate.organisation.team_profiles.items():
        for field, roles in (("cluster_project", profile.cluster_project), ("team_project", profile.team_project)):
            yield from basic(roles, profile, field)
            for _, again in repeats(Named(role, profile, (field, number)) for number, role in enumerate(roles)):
                yield Finding(again.place, f"{again.name} stands twice in profile '{name}'", "remove one of them")


@estate_rules.rule("F18", title="each environment has its own identities", source=pages.WORKLOAD_IDENTITY)
def deployers(estate: Estate) -> Iterator[Finding]:
    """Refuse one account for all environments, one for plan and apply, and accounts outside the seed project."""
    accounts, project = estate.organisation.deployers, estate.organisation.projects.seed.id
    for field, account in (("plan", accounts.plan), ("apply", accounts.apply)):
        if "{environment}" not in account.split("@", 1)[0]:
            message = f"the {field} account {account} is one for all environments: dev could change prod"
            yield Finding(accounts.at(field), message, "write {environment} where the environment's name stands")
        if not account.endswith(f"@{project}.iam.gserviceaccount.com"):
            message = f"the {field} account {account} is not in {project}, where the identities of the program are"
            yield Finding(accounts.at(field), message, f"end it with @{project}.iam.gserviceaccount.com")
    if accounts.plan == accounts.apply:
        message = "one account plans and applies, so every pull request could change the platform"
        yield Finding(accounts.at("apply"), message, "use two accounts")


@estate_rules.rule("F14", title="tokens come from an issuer over https", source=pages.WORKLOAD_IDENTITY)
def issuer(estate: Estate) -> Iterator[Finding]:
    """Refuse issuers without https, and owners that are not numbers."""
    organisation = estate.organisation
    if not organisation.entra.issuer.startswith("https://"):
        message = f"the issuer {organisation.entra.issuer} is not https, so its keys could be anyone's"
        yield Finding(organisation.entra.at("issuer"), message, "write the https address of the tenant")
    for field, number in (
        ("owner_id", organisation.github.owner_id),
        ("platform_repository_id", organisation.github.platform_repository_id),
    ):
        if not number.isdecimal():
            message = f"{field} is '{number}': conditions use numbers, since a name can be taken over"
            yield Finding(organisation.github.at(field), message, "write the number that the GitHub API gives")


@estate_rules.rule("format", title="labels are ones that Google takes", source=pages.LABELS)
def labels(estate: Estate) -> Iterator[Finding]:
    """Refuse labels that every resource would refuse."""
    organisation = estate.organisation
    for key, value in organisation.labels.items():
        if not _LABEL_KEY.fullmatch(key) or not _LABEL_VALUE.fullmatch(value):
            message = f"label {key}: {value} is not one that Google takes"
            remedy = (
                "use lower-case letters, digits, hyphens and underscores, at most 63 each, the key beginning with a "
                "letter"
            )
            yield Finding(organisation.at("labels", key), message, remedy)


@estate_rules.rule("F11", title="product areas are for cost alone", source=pages.IAM_GROUPS)
def areas(estate: Estate) -> Iterator[Finding]:
    """Refuse product areas nested in the security group, where they could be given roles in clusters."""
    for address, group in estate.organisation.groups.items():
        if group.kind is GroupKind.AREA and group.nested:
            message = (
                f"product area {address} is nested in the security group, so a role in a cluster would reach all below "
                "it"
            )
            yield Finding(group.at(), message, "write nested: false, and take it out of the security group")
