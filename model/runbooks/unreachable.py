"""A cluster that does not answer: everything else goes on, and it comes back or is made anew."""

from __future__ import annotations

from model.config.gke import GkeCluster
from model.config.onprem_cluster import UserCluster
from model.runbooks.interrupted import WHO
from model.runbooks.shape import Kind, Runbook, Step, Takes
from model.runbooks.site import Site
from model.runbooks.sources import GATEWAY, JUDGED, UNREACHABLE, UP
from model.runbooks.stack import here, inside, nothing_left


def cluster_unreachable(site: Site, cluster: GkeCluster | UserCluster) -> Runbook:
    """Return what is done while a cluster is away, and when it is gone for good."""
    name, member, objects = site.env.name, site.member(cluster), inside(site, cluster)
    look = (
        f"gcloud container vmware clusters describe {member.membership} {site.at} --format='yaml(state,status)'"
        if isinstance(cluster, UserCluster)
        else f"gcloud container clusters describe {cluster.name} {site.at} --format='yaml(status,conditions)'"
    )
    without = f"--exclude '{objects}' --exclude-dependents"
    more = f" (on-prem: ./hybrid runbook {name} diagnose --cluster {cluster.name})"
    return Runbook(
        task="cluster-unreachable",
        title=f"{cluster.name} does not answer",
        environment=name,
        subject=cluster.name,
        symptom="`configured Kubernetes cluster is unreachable`.",
        purpose="Only what is inside the cluster waits. Nothing is taken out of the state while the cluster may come "
        "back: what is dropped there is still in the cluster, owned by nobody.",
        who=WHO,
        prerequisites=(here(site),),
        steps=(
            Step(
                kind=Kind.CHECK,
                text="Is it the cluster, its agent, or the way there?",
                commands=(
                    f"gcloud container fleet memberships describe {member.membership} {site.at} "
                    "--format='yaml(state,lastConnectionTime)'",
                    look,
                    site.get_credentials(member.membership),
                    f"kubectl --context {member.context} get --raw /readyz",
                ),
                expect="`lastConnectionTime` of this minute and `ok`. An old time with a cluster that runs: its "
                "connect "
                f"agent or the way out of its network{more if isinstance(cluster, UserCluster) else ''}; other "
                "clusters unreachable too: the gateway, or your own credentials",
            ),
            Step(
                kind=Kind.UP,
                text="What cannot wait goes on without it: everything but the objects inside the cluster.",
                commands=(f"pulumi preview -s {name} {without}", f"pulumi up -s {name} {without}"),
                expect="no line of the preview names an object of the cluster; outputs may be incomplete until the "
                "next "
                "whole `up`",
                takes=Takes(5, JUDGED),
                rehearsed=True,
            ),
            Step(
                kind=Kind.DECIDE,
                text="It comes back: go to the last step. It is gone for good (its API says so, its machines do not "
                "exist): go on here.",
            ),
            Step(
                kind=Kind.UP,
                text="Let the state see that it is gone, and make it anew, still without what was in it. A protected "
                "one is dropped from the state all the same: a refresh deletes nothing.",
                commands=(
                    f"pulumi refresh -s {name} {without}",
                    f"pulumi preview -s {name} {without}",
                    f"pulumi up -s {name} {without}",
                ),
                expect="the refresh drops the cluster and its pools alone; the preview creates them and replaces "
                "nothing",
                takes=Takes(40, JUDGED),
                rehearsed=True,
            ),
            Step(
                kind=Kind.UP,
                text="The new one is empty. Let the state see that as well, and put everything back.",
                commands=(f"pulumi refresh -s {name}", f"pulumi preview -s {name}", f"pulumi up -s {name}"),
                expect="the objects of the cluster are created, and nothing else is",
                takes=Takes(10, JUDGED),
                rehearsed=True,
            ),
            Step(
                kind=Kind.COMMAND,
                text="Only where it is not to come back, and its entry is already out of the stack file: objects that "
                "the state still holds are dropped without asking the cluster. Never while another cluster is away "
                "too.",
                commands=(f"PULUMI_K8S_DELETE_UNREACHABLE=true pulumi refresh -s {name} --target '{objects}'",),
                expect="deletions of objects of this cluster alone",
                takes=Takes(5, JUDGED),
                undo="an `up` while the entry stands",
            ),
            nothing_left(site),
        ),
        undo="nothing to undo; a cluster that is made anew gets its workloads from delivery, and its data from backups",
        sources=(GATEWAY, UP, UNREACHABLE),
        rules=("B57", "B58"),
    )
