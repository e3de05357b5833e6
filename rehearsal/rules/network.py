"""Addresses and VPN: ranges that must not meet, interfaces that must be there."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network, ip_interface, ip_network
from typing import Final

from rehearsal.case import Case, last, mapping, part, sequence, text
from rehearsal.interception import ProviderError
from rehearsal.rules.registry import rule
from rehearsal.values import Value
from rehearsal.world import Record

SUBNET: Final = "gcp:compute/subnetwork:Subnetwork"
GLOBAL: Final = "gcp:compute/globalAddress:GlobalAddress"
INTERFACE: Final = "gcp:compute/routerInterface:RouterInterface"
ROUTER: Final = "gcp:compute/router:Router"


@rule("create", SUBNET)
def subnet_ranges_are_free(case: Case) -> None:
    """Ask that all ranges of a VPC, primary, secondary and private service access, are disjoint (C22)."""
    network = vpc_of(case)
    own = list(_subnet_ranges(case.inputs))
    for position, (field, cidr) in enumerate(own):
        for record, what, other in _ranges(case, network):
            if cidr.overlaps(other):
                raise ProviderError(
                    f"googleapi: Error 400: Invalid value for field 'resource.{field}': '{cidr}'. Invalid IPCidrRange: "
                    f"{cidr} conflicts with {what} '{last(record.id)}' ({other}) in network '{last(network)}'., invalid"
                )
        for other_field, other in own[:position]:
            if cidr.overlaps(other):
                raise ProviderError(
                    f"googleapi: Error 400: Invalid value for field 'resource.{field}': '{cidr}'. Invalid IPCidrRange: "
                    f"{cidr} conflicts with {other_field} {other} of the same subnetwork., invalid"
                )


@rule("update", SUBNET)
def changed_ranges_are_free(case: Case) -> None:
    """Ask the same of ranges that a change adds."""
    subnet_ranges_are_free(case)


@rule("create", GLOBAL)
def reserved_range_is_free(case: Case) -> None:
    """Refuse a range for private service access that meets a subnet or another such range."""
    given = _reserved(case.inputs)
    if given is None:
        return
    network = vpc_of(case)
    for record, what, other in _ranges(case, network):
        if given.overlaps(other):
            raise ProviderError(
                "googleapi: Error 400: Invalid value for field 'resource.address': "
                f"'{given}'. Requested range conflicts with other resources: it overlaps with {what} "
                f"'{last(record.id)}' ({other})., invalid"
            )


@rule("create", "gcp:compute/subnetwork:Subnetwork")
def secondary_names_differ(case: Case) -> None:
    """Ask that secondary ranges of a subnetwork have names of their own."""
    names = [text(block.get("rangeName")) for block in case.blocks("secondaryIpRanges")]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise ProviderError(
            "googleapi: Error 400: Invalid value for field 'resource.secondaryIpRanges': duplicate range name "
            f"'{doubled[0]}'., invalid"
        )


@rule("create", INTERFACE)
def session_range_is_free(case: Case) -> None:
    """Ask that the /30 of a BGP session is unique over all Cloud Routers of the VPC, in every region (D10)."""
    given = case.text("ipRange")
    if not given:
        return
    own = ip_interface(given).network
    network = _vpc(case, f"projects/{case.project}/regions/{case.region}/routers/{last(case.text('router'))}")
    for record in case.world.objects(INTERFACE):
        other = text(record.outputs.get("ipRange"))
        project, region = record.text("project") or case.project, record.text("region")
        router = f"projects/{project}/regions/{region}/routers/{last(record.text('router'))}"
        if other and _vpc(case, router) == network and own.overlaps(ip_interface(other).network):
            raise ProviderError(
                f"googleapi: Error 400: Invalid value for field 'resource.interfaces[0].ipRange': '{given}'. The range "
                f"overlaps with '{other}' of router interface '{record.id}' in the same network., invalid"
            )


@rule("create", "gcp:compute/vPNTunnel:VPNTunnel")
def tunnel_ends_exist(case: Case) -> None:
    """Ask that a tunnel leaves from interface 0 or 1 and ends at an interface of the external gateway (D5)."""
    if not case.text("vpnGateway"):
        return
    if case.whole("vpnGatewayInterface", -1) not in {0, 1}:
        raise ProviderError(
            "googleapi: Error 400: Invalid value for field 'resource.vpnGatewayInterface': "
            f"'{case.inputs.get('vpnGatewayInterface')}'. An HA VPN gateway has the interfaces 0 and 1., invalid"
        )
    reference = case.text("peerExternalGateway")
    if not reference:
        return
    id_ = (
        case.normal(reference)
        if "/" in reference
        else f"projects/{case.project}/global/externalVpnGateways/{reference}"
    )
    gateway = case.world.get("gcp:compute/externalVpnGateway:ExternalVpnGateway", id_)
    known = [mapping(item).get("id") for item in sequence(gateway.outputs.get("interfaces"))] if gateway else []
    if gateway is not None and case.inputs.get("peerExternalGatewayInterface") not in known:
        raise ProviderError(
            "googleapi: Error 400: Invalid value for field 'resource.peerExternalGatewayInterface': "
            f"'{case.inputs.get('peerExternalGatewayInterface')}'. External VPN gateway '{last(id_)}' has the "
            f"interfaces {', '.join(str(number) for number in known)}., invalid"
        )


@rule("create", "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation")
def network_has_one_policy(case: Case) -> None:
    """Refuse a second global policy of a VPC (https://cloud.google.com/firewall/docs/network-firewall-policies)."""
    target = case.normal(case.text("attachmentTarget"))
    for record in case.world.objects(case.type):
        if case.normal(record.text("attachmentTarget")) == target:
            raise ProviderError(
                "googleapi: Error 400: Invalid value for field 'resource.attachmentTarget': "
                f"'{target}'. The network is already associated with a firewall policy by '{record.id}'., invalid"
            )


def _ranges(case: Case, network: str) -> Iterator[tuple[Record, str, IPv4Network]]:
    for record in case.world.objects(SUBNET):
        if vpc_of(case, record) == network and record.id != case.id:
            for field, cidr in _subnet_ranges(record.outputs):
                yield record, f"existing subnetwork range {field} of", cidr
    for record in case.world.objects(GLOBAL):
        reserved = _reserved(record.outputs)
        if reserved is not None and vpc_of(case, record) == network:
            yield record, "existing reserved range", reserved


def _subnet_ranges(values: Value) -> Iterator[tuple[str, IPv4Network]]:
    fields = mapping(values)
    if primary := text(fields.get("ipCidrRange")):
        yield "ipCidrRange", _network(primary)
    for position, block in enumerate(sequence(fields.get("secondaryIpRanges"))):
        if cidr := text(mapping(block).get("ipCidrRange")):
            yield f"secondaryIpRanges[{position}].ipCidrRange", _network(cidr)


def _reserved(values: Value) -> IPv4Network | None:
    fields = mapping(values)
    address, length = text(fields.get("address")), fields.get("prefixLength")
    if fields.get("purpose") != "VPC_PEERING" or not address or not isinstance(length, int):
        return None
    return _network(f"{address}/{length}")


def _network(cidr: str) -> IPv4Network:
    found = ip_network(cidr, strict=False)
    if not isinstance(found, IPv4Network):
        raise ProviderError(f"googleapi: Error 400: Invalid IPCidrRange: {cidr} is not IPv4., invalid")
    return found


def _vpc(case: Case, router: str) -> str:
    record = case.world.get(ROUTER, router)
    return vpc_of(case, record) if record is not None else router


def vpc_of(case: Case, record: Record | None = None) -> str:
    """Return the id of the VPC that an object is in, or the case's own; a bare name means the object's project."""
    given = record.text("network") if record is not None else case.text("network")
    network = case.normal(given)
    if not network or "/" in network:
        return network
    project = part(record.id, "projects") if record is not None else case.project
    return f"projects/{project}/global/networks/{network}"
