"""vCenter itself: its version and licence, permissions of the clusters' account, and storage policies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from model.config.problems import Severity
from model.config.vsphere import License
from model.config.vsphere_access import Owner, SharedEntity
from model.estate import Environment
from model.planning.vcenter_privileges import principal
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding

NEEDED: Final = (7, 0, 2)
"""vSphere 7.0 U2 (A90)."""
ADVISED: Final = (7, 0, 3)
"""vSphere 7.0 U3: snapshots of volumes need it (A90)."""


def release(version: str) -> tuple[int, int, int]:
    """Return a vSphere version as numbers that compare: `8.0 U2b` is (8, 0, 2)."""
    major, minor, update = [*re.findall(r"[0-9]+", version), "0"][:3]
    return int(major), int(minor), int(update)


@environment_rules.rule("A90", title="vSphere is recent enough", source=pages.VSPHERE)
def version(env: Environment) -> Iterator[Finding]:
    """Refuse vSphere below 7.0 U2, and warn below 7.0 U3."""
    vsphere = env.onprem.vsphere
    found = release(vsphere.version)
    if found < NEEDED:
        message = f"vSphere {vsphere.version} is too old: the clusters run on 7.0 U2 and later"
        yield Finding(vsphere.at("version"), message, "upgrade vCenter and the hosts to 8.0 first")
    elif found < ADVISED:
        message = f"vSphere {vsphere.version} takes no snapshots of volumes; 7.0 U3 and later do"
        yield Finding(vsphere.at("version"), message, "upgrade vCenter and the hosts", Severity.WARNING)


@environment_rules.rule("A91", "A37", title="the licence covers what is asked for", source=pages.VSPHERE)
def licence(env: Environment) -> Iterator[Finding]:
    """Refuse the Standard licence: it has no DRS, which spreads nodes, and no resource pools of one's own."""
    onprem, vsphere = env.onprem, env.onprem.vsphere
    if vsphere.license is not License.STANDARD:
        return
    spread = [cluster.name for cluster in (*onprem.admin_clusters, *onprem.user_clusters) if cluster.anti_affinity]
    if spread:
        message = f"anti-affinity of {', '.join(spread)} needs DRS, which a vSphere Standard licence is without"
        yield Finding(vsphere.at("license"), message, "license the hosts for Enterprise Plus")
    if vsphere.host_groups or vsphere.anti_affinity:
        message = "host groups and anti-affinity rules need DRS, which a vSphere Standard licence is without"
        yield Finding(vsphere.at("license"), message, "license the hosts for Enterprise Plus, or remove them")
    message = (
        f"clusters on a vSphere Standard licence must be in the compute cluster's own pool, and the program makes "
        f"{vsphere.resource_pool.name} for them"
    )
    yield Finding(vsphere.at("license"), message, "license the hosts for Enterprise Plus")


@environment_rules.rule("I6", "A91", title="permissions are whole where the program writes them", source=pages.VSPHERE)
def permissions(env: Environment) -> Iterator[Finding]:
    """Refuse permissions of the program's own account, of nobody, and lists that leave others out."""
    vsphere = env.onprem.vsphere
    wanted, access = vsphere.permissions, vsphere.access
    if wanted.owner is not Owner.PROGRAM:
        return
    if wanted.account is None:
        message = "the program writes permissions, and no account is named to have them"
        yield Finding(wanted.at(), message, "name the clusters' account with `account:`")
        return
    account = principal(wanted.account)
    if account in {principal(access.account), principal(access.plan_account)}:
        message = f"{wanted.account} is an account of the program: one that writes its own permissions has every one"
        yield Finding(wanted.at("account"), message, "give the clusters an account of their own")
    for entity in SharedEntity:
        if entity not in wanted.others:
            message = (
                f"the permissions of {entity.value.replace('_', ' ')} would be those of {wanted.account} alone: "
                "vCenter is given the whole list, and whoever else has one there loses it"
            )
            remedy = f"write {entity.value} in `others` with those who keep theirs, [] for nobody"
            yield Finding(wanted.at("others"), message, remedy)
    for entity, others in wanted.others.items():
        for number, other in enumerate(others):
            if principal(other.principal) == account:
                message = (
                    f"{other.principal} has two permissions on {entity.value.replace('_', ' ')}; vCenter takes one"
                )
                yield Finding(wanted.at("others", entity, number), message, "remove it here")


@environment_rules.rule("A24", title="a storage policy of ours says which tags", source=pages.STORAGE_POLICY)
def storage_policy(env: Environment) -> Iterator[Finding]:
    """Refuse a policy of the program's without tags, and tags for one that it does not make."""
    policy = env.onprem.vsphere.storage_policy
    if policy is None:
        return
    if policy.owner is Owner.PROGRAM and not (policy.tag_category and policy.tags):
        message = f"storage policy {policy.name} is made by the program and names no tags: it would fit no datastore"
        yield Finding(policy.at(), message, "write tag_category and tags, those that the datastores carry")
    if policy.owner is Owner.VCENTER and (policy.tag_category or policy.tags):
        message = f"storage policy {policy.name} is vCenter's, so its tags are not for this file"
        yield Finding(policy.at("tags"), message, "remove tag_category and tags, or set owner: program")
