"""What a stack exports, for the sites' engineers, for partners, for operators in the clusters. Nothing secret."""

from __future__ import annotations

from collections.abc import Mapping

from infra.environment import Built
from infra.operator_values import operator_values
from model.estate import Environment
from model.planning.grants import grants
from model.planning.members import admin_members
from model.planning.order_sheet import End, Opening, order_sheet


def stack_outputs(environment: Environment, built: Built) -> Mapping[str, object]:
    """Return the outputs by name.

    `clusters`             the in-cluster operator's values of each workload cluster.
    `contexts`             the kubeconfig context of every member, admin clusters included.
    `vpn_gateway`          Google's public addresses by interface number, for the sites' devices.
    `egress_addresses`     where the platform's traffic to the internet comes from, for partners' allow-lists.
    `ingress_addresses`    where the internet reaches it.
    `firewall_order_sheet` the openings to order from the sites' network engineers, row by row.
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
        "waiting_for_sync": [{"group": each.group, "what": each.what} for each in grants(environment).withheld],
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
