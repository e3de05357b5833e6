"""What the components of on-prem clusters register for a form of them, without the rest of the program."""

from __future__ import annotations

from functools import cache

import pulumi_gcp as gcp

from components.onprem.admin_cluster import AdminCluster
from components.onprem.user_cluster import UserCluster
from infra.providers import given
from model.estate import Environment
from model.planning.members import made_here
from operations.record import Recording, record
from tests.model.cases import environment, estate
from tests.model.forms import FORMS, form


@cache
def clusters(name: str) -> Recording:
    """Return what the components of the clusters register for a form, or for an environment as it is."""
    return clusters_of(estate(form(name)).environments["dev"] if name in FORMS else environment(name))


def clusters_of(env: Environment) -> Recording:
    """Return what the components of an environment's on-prem clusters register, whatever the rules say."""

    def program() -> None:
        provider = gcp.Provider("gcp", project=env.facts.projects.cluster.id)
        for admin_cluster in env.onprem.admin_clusters:
            if made_here(admin_cluster):
                AdminCluster(admin_cluster.name, environment=env, cluster=admin_cluster, opts=given(provider))
        for cluster in env.onprem.user_clusters:
            if made_here(cluster):
                UserCluster(cluster.name, environment=env, cluster=cluster, opts=given(provider))

    return record(program, stack=env.name)
