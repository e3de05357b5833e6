"""What a stack exports, for the sites' engineers, for partners, for operators in the clusters. Nothing secret."""

from __future__ import annotations

from collections.abc import Mapping

from infra.environment import Built
from infra.operator_values import operator_values
from infra.team_projects import TeamProjects
from model.estate import Environment
from model.planning.dns_records import dns_records
from model.planning.grants import grants
from model.planning.members import admin_members
from model.planning.order_sheet import End, Opening, order_sheet
from model.planning.probes import probe_matrix


def stack_outputs(environment: Environment, built: Built) -> Mapping[str, object]:
    """Return the outputs by name.

    `clusters`             the in-cluster operator's values of each workload cluster.
    `contexts`             the kubeconfig context of every member, admin clusters included.
    `vpn_gateway`          Google's public addresses by interface number, for the sites' devices.
    `egress_addresses`     where the platform's traffic to the internet comes from, for partners' allow-lists.
    `ingress_addresses`    where the internet reaches it.
    `firewall_order_sheet` the openings to order from the sites' network engineers, row by row.
    `dns_records`          the names of every cluster, for whoever runs the zones.
    `probe_matrix`         what to try out from where, by cluster, so that two generations stand side by side.
    `install_manifests`    what owners apply in clusters that are to be attached, by cluster (E41).
    `deployments`          how a team's workflows reach its project: account, provider, state bucket, by team.
    `image_repositories`   what images' names begin with, by team, in the stack that makes the repositories.
    `waiting_for_sync`     what is withheld until the directory has synchronised a group (F12).
    """
    clusters = operator_values(environment)
    return {
        "clusters": {name: values.as_dict() for name, values in clusters.items()},
        "contexts": {
            **{member.cluster: member.context for member in admin_members(environment)},
            **{name: values.context for name, values in clusters.items()},
        },
        "vpn_gateway": built.vpn.gateway_addresses,
        "egress_addresses": built.network.egress_addresses,
        "ingress_addresses": built.network.ingress_addresses,
        "firewall_order_sheet": [_row(row) for row in order_sheet(environment)],
        "dns_records": [record.as_dict() for record in dns_records(environment)],
        "probe_matrix": {
            name: [probe.as_dict() for probe in probes] for name, probes in probe_matrix(environment).items()
        },
        "install_manifests": {name: each.manifest for name, each in built.other_clusters.manifests.items()},
        "deployments": {slug: _deployment(built.teams, slug) for slug in built.teams.deployers},
        "image_repositories": {slug: each.path for slug, each in built.teams.images.items()},
        "waiting_for_sync": [{"group": each.group, "what": each.what} for each in grants(environment).withheld],
    }


def _deployment(teams: TeamProjects, slug: str) -> dict[str, object]:
    deployer, state = teams.deployers[slug], teams.state.get(slug)
    return {
        "service_account": deployer.address,
        "workload_identity_provider": deployer.provider_name,
        "state_bucket": None if state is None else state.bucket,
    }


def _row(row: Opening) -> dict[str, object]:
    return {
        "number": row.number,
        "key": row.key,
        "from": [_end(end) for end in row.sources],
        "to": [
            {"targets": [_end(end) for end in flow.targets], "ports": [str(each) for each in flow.traffic]}
            for flow in row.flows
        ],
        "purpose": row.purpose,
        "side": row.side.value,
    }


def _end(end: End) -> str:
    if end.range is None:
        return end.name
    return f"{end.name}: {', '.join(str(block) for block in end.range.networks())}"
