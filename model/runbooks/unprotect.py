"""Letting go of something that the environment protects."""

from __future__ import annotations

from model.config.environment import Protect
from model.config.gke import GkeCluster
from model.config.onprem_cluster import UserCluster
from model.planning.protection import Kind as Protected
from model.planning.protection import guarded
from model.runbooks.edits import set_to
from model.runbooks.interrupted import WHO
from model.runbooks.shape import FOREVER, Kind, Runbook, Step, Takes
from model.runbooks.site import Site
from model.runbooks.sources import JUDGED, PROTECT, UNPROTECT
from model.runbooks.stack import here, itself, keep, urn

_LISTED = (
    """grep --extended-regexp '"(urn|protect)":' {file} | grep --before-context=1 '"protect": true' | grep '"urn"'"""
)


_KEY = (
    "It is the only GKE cluster, and the key of its etcd would go with it: Cloud KMS deletes no key, so it is left "
    "out, and then taken out of the state."
)


def unprotect(site: Site, cluster: GkeCluster | UserCluster) -> Runbook:
    """Return how a protected cluster is let go of: in review, or past it for this one alone."""
    name, facts = site.env.name, site.env.facts
    held = facts.protection.protect is Protect.STATEFUL
    kind = Protected.USER_CLUSTER if isinstance(cluster, UserCluster) else Protected.GKE_CLUSTER
    urns = " ".join(f"'{each}'" for each in itself(site, cluster))
    by_review = (
        (
            Step(
                kind=Kind.EDIT,
                text="The way in review: lower the protection of the environment, in a change of its own. What others "
                "have written down stays protected."
                + (f" {cluster.name} is adopted: take its import ids out as well." if cluster.import_id else ""),
                file=site.stack_file,
                diff=set_to(
                    facts.protection, "protect", facts.protection.protect.value, Protect.IDENTITY.value, after="protect"
                ),
                expect=f"./hybrid check {name} has no error (production refuses it, X8: there, go by the next but one)",
                undo="take the edit back and apply",
            ),
            Step(
                kind=Kind.UP,
                text="Apply it.",
                commands=(f"pulumi preview -s {name} --diff", f"pulumi up -s {name}"),
                expect="no creation, no deletion, no replacement: the state lets go, and nothing moves",
                takes=Takes(5, JUDGED),
                undo="take the edit back and apply",
            ),
        )
        if held and "protect" in facts.protection.model_fields_set
        else ()
    )
    switch = (
        " The provider refuses as well: leave it out of deletion_protection in an `up` before the one that deletes."
        if guarded(facts, kind)
        else ""
    )
    key = isinstance(cluster, GkeCluster) and len(site.env.gke.clusters) == 1
    without = f" --exclude '{urn(site, 'hybrid:gke:EtcdKey$gcp:kms/**', 'etcd-*')}'" if key else ""
    return Runbook(
        task="unprotect",
        title=f"Let go of {cluster.name}, which is protected",
        environment=name,
        subject=cluster.name,
        symptom=f"`resource … cannot be deleted because it is protected`, and {cluster.name} is to be deleted.",
        purpose="A protected resource stops an `up` that would delete or replace it. First ask why it would: a "
        "protected cluster is not what a change of something else should delete.",
        who=f"{WHO}, in a pair",
        prerequisites=(
            here(site),
            "somebody else has said that it may be deleted, in the review of the change that does it",
        ),
        steps=(
            Step(
                kind=Kind.CHECK,
                text="Keep a copy of the state, and see what it protects.",
                commands=(keep(site, "protected"), _LISTED.format(file=f"{name}-protected.json")),
                expect="the URNs of everything protected, keys of Cloud KMS in every environment among them",
                rehearsed=True,
            ),
            *by_review,
            Step(
                kind=Kind.COMMAND,
                text=f"Past review, for {cluster.name} alone, until the next `up` that still has its entry.{switch}",
                commands=(f"pulumi state unprotect {urns} -s {name}",),
                expect="one line for each: no longer protected. Nothing outside the state changes",
                undo=f"pulumi state protect, with the same URNs; or any `up` while the entry is in {site.stack_file}",
                rehearsed=True,
            ),
            Step(
                kind=Kind.EDIT,
                text=f"Take the entry of {cluster.name} out, and what names it; for an on-prem cluster that is "
                f"./hybrid runbook {name} generation-remove.",
                file=site.stack_file,
                expect=f"./hybrid check {name} has no error: it names every reference that is left",
                undo="put it back",
            ),
            Step(
                kind=Kind.UP,
                text="Delete it." + (f" {_KEY}" if key else ""),
                commands=(f"pulumi preview -s {name}{without}", f"pulumi up -s {name}{without}"),
                expect=f"deletions that name {cluster.name}, and of what served it alone",
                takes=Takes(20, JUDGED),
                undo=FOREVER,
                rehearsed=True,
            ),
            *((_forget(site),) if key else ()),
        ),
        undo=f"until it is deleted: pulumi stack import -s {name} --file {name}-protected.json",
        sources=(PROTECT, UNPROTECT),
        rules=("X8",),
    )


def _forget(site: Site) -> Step:
    """Return the step that takes the key of etcd out of the state; a next GKE cluster takes it in again by its id."""
    name = site.env.name
    return Step(
        kind=Kind.COMMAND,
        text="Take the key out of the state; it stays where it is, for backups of what it has encrypted.",
        commands=(
            f"pulumi state delete '{urn(site, 'hybrid:gke:EtcdKey', 'etcd')}' -s {name} --force --target-dependents",
            f"pulumi preview -s {name} --expect-no-changes",
        ),
        expect="no change is left",
        undo="the import files of adopt, written with `--state` of an export, have it in their first phase",
        rehearsed=True,
    )
