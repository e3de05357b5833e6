"""The firewalls on both sides: the sites' by the order sheet, the VPC's by its own policy."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network

from model.config.types import AddressRange
from model.estate import Environment
from model.planning.authorised import authorised
from model.planning.firewall import PolicyRule, cloud_openings
from model.planning.order_sheet import End, Opening, Traffic, order_sheet
from model.planning.reachability.ends import Endpoint, written
from model.planning.reachability.links import Link

Ranges = tuple[AddressRange, ...]

SHEET = "model/planning/order_sheet.py"


def among(ranges: Ranges, ends: Iterable[End]) -> bool:
    """Say whether each of `ranges` lies in one of `ends`; where Google gives out both, they are taken by name."""
    known = tuple(ends)
    if not ranges:
        return any(end.range is None for end in known)
    held = [end.range for end in known if end.range is not None]
    return all(any(each.first >= one.first and each.last <= one.last for one in held) for each in ranges)


def within(ranges: Ranges, blocks: Iterable[IPv4Network]) -> bool:
    """Say whether each of `ranges` lies in one of `blocks`."""
    known = tuple(blocks)
    return bool(ranges) and all(any(each.inside(block) for block in known) for each in ranges)


def carries(traffic: Iterable[Traffic], protocol: str, port: int) -> bool:
    """Say whether `port` of `protocol` is among the traffic."""
    return any(
        each.protocol == "all"
        or (each.protocol == protocol and (not each.ports or any(_holds(ports, port) for ports in each.ports)))
        for each in traffic
    )


def _holds(ports: str, port: int) -> bool:
    first, _, last = ports.partition("-")
    return int(first) <= port <= int(last or first)


def _rows(env: Environment, sources: Ranges, targets: Ranges) -> list[tuple[Opening, tuple[Traffic, ...]]]:
    """Return the rows that lead from `sources` to `targets`, with what they open between them."""
    return [
        (row, flow.traffic)
        for row in order_sheet(env)
        if among(sources, row.sources)
        for flow in row.flows
        if among(targets, flow.targets)
    ]


def sites(envs: Iterable[Environment], sources: Ranges, target: Endpoint, protocol: str, port: int) -> Link:
    """Return whether the order sheet of one of `envs` opens the sites' firewalls."""
    step, near = "sites' firewalls", list[str]()
    for env in envs:
        for row, traffic in _rows(env, sources, target.ranges):
            if carries(traffic, protocol, port):
                return Link(step, True, f"row {row.number} of {env.name}'s order sheet, {row.key}: {row.purpose}")
            near.append(f"row {row.number} opens {', '.join(str(each) for each in traffic)}")
    text = ", ".join(map(written, sources)) or "there"
    beside = f"; {', '.join(dict.fromkeys(near))}" if near else ""
    why = f"no row of the order sheet opens {protocol} {port} from {text} to {target.name}{beside}"
    return Link(
        step, False, why, f"no key opens it: the rows follow from the files, and a further one is made in {SHEET}"
    )


def policy_rule(env: Environment, sources: Ranges, targets: Ranges, protocol: str, port: int) -> PolicyRule:
    """Return the rule of the VPC's policy that decides: the first by priority that is for all of it."""
    for rule in cloud_openings(env):
        to = not rule.destinations or within(targets, rule.destinations)
        if to and within(sources, rule.sources) and carries(rule.traffic, protocol, port):
            return rule
    raise AssertionError("the last rule of a policy is for everything")


def vpc(env: Environment, sources: Ranges, target: Endpoint, protocol: str, port: int) -> Link:
    """Return whether the VPC's policy lets it in."""
    rule = policy_rule(env, sources, target.ranges, protocol, port)
    why = f"rule {rule.key}, priority {rule.priority}: {rule.action}, {rule.description}"
    if rule.action == "allow":
        return Link("VPC firewall", True, why)
    remedy = (
        f"{env.source.file}: hybrid:network.allow_from opens TCP 443 of nodes and load balancers to further sources; "
        f"anything else is a row of {SHEET} or a rule of model/planning/firewall.py"
    )
    return Link("VPC firewall", False, why, remedy)


def control_plane(env: Environment, sources: Ranges, target: Endpoint) -> Link:
    """Return whether a GKE control plane answers `sources` at its private address (C26)."""
    ends, step = authorised(env), "authorised networks"
    if among(sources, ends):
        allowed = next(each for each in ends if among(sources[:1], (each,)))
        return Link(step, True, f"{target.cluster} answers {allowed.name}")
    text = ", ".join(map(written, sources))
    remedy = "networks of clusters and operators are authorised: put the source into one of hybrid:onprem.networks"
    return Link(step, False, f"{target.cluster} does not answer {text}", remedy)
