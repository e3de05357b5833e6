"""Computed outputs of VLAN attachments.

A dedicated line is there, and the partner of a rehearsal completes an attachment at once, as its VPN peers answer at
once: both ends of the session are known as soon as the attachment is made
(https://docs.cloud.google.com/network-connectivity/docs/interconnect/concepts/terminology, and the outputs that
gcp.compute.InterconnectAttachment documents).
"""

from __future__ import annotations

from ipaddress import IPv4Interface, IPv4Network
from typing import Final

from rehearsal.case import Case, sequence, text
from rehearsal.computed.compute import self_link
from rehearsal.computed.generic import uuid_text
from rehearsal.computed.registry import computes
from rehearsal.interception import ProviderError
from rehearsal.values import Properties, Value

ATTACHMENT: Final = "gcp:compute/interconnectAttachment:InterconnectAttachment"
_LINK_LOCAL: Final = IPv4Network("169.254.0.0/16")
_METADATA: Final = IPv4Network("169.254.169.248/29")
"""Holds the address of the metadata server, 169.254.169.254."""
_LENGTH: Final = 29
_TAGS: Final = range(2, 4095)
_PARTNER: Final = "PARTNER"


@computes(ATTACHMENT)
def attachment(case: Case) -> Properties:
    """Take both ends of the session from a free /29 of the candidates, the Cloud Router's first."""
    kind = case.text("type") or "DEDICATED"
    partner = kind == _PARTNER
    domain = case.text("edgeAvailabilityDomain") or ("AVAILABILITY_DOMAIN_ANY" if partner else "")
    outputs: Properties = {
        "selfLink": self_link(case.id),
        "creationTimestamp": case.now().replace("Z", ".000-00:00"),
        "googleReferenceId": case.world.number(case.type, case.id, "reference"),
        "state": "ACTIVE",
        "type": kind,
        "stackType": "IPV4_ONLY",
        "mtu": case.text("mtu") or "1440",
        "region": case.region,
        "edgeAvailabilityDomain": domain,
        "pairingKey": _pairing_key(case, domain) if partner else "",
        # What a partner decides is not in the program; the least that there is promises nothing.
        "bandwidth": case.text("bandwidth") or ("BPS_50M" if partner else "BPS_10G"),
        "vlanTag8021q": _tag(case),
        **_ends(case),
    }
    if not partner:
        infos: list[Value] = [{"tag8021q": outputs["vlanTag8021q"]}]
        outputs["privateInterconnectInfos"] = infos
    return outputs


def _pairing_key(case: Case, domain: str) -> str:
    """Return `<uuid>/<region>/<domain>`, where the domain is a number or `any`."""
    uuid = uuid_text(case.world.digest(case.type, case.id, "pairing key"))
    return f"{uuid}/{case.region}/{domain.rpartition('_')[2].lower()}"


def _tag(case: Case) -> Value:
    """Return the VLAN: the one asked for, the one there was, or one that depends on the attachment's name."""
    given = case.whole("vlanTag8021q")
    if given:
        return given
    if case.old is not None and case.old.outputs.get("vlanTag8021q"):
        return case.old.outputs["vlanTag8021q"]
    return _TAGS[int(case.world.digest(case.type, case.id, "tag"), 16) % len(_TAGS)]


def _ends(case: Case) -> Properties:
    """Return both ends with their network's length; they stay as long as the attachment."""
    if case.old is not None and case.old.text("cloudRouterIpAddress"):
        return {name: case.old.text(name) for name in ("cloudRouterIpAddress", "customerRouterIpAddress")}
    network = _free(case)
    return {
        "cloudRouterIpAddress": f"{network[1]}/{network.prefixlen}",
        "customerRouterIpAddress": f"{network[2]}/{network.prefixlen}",
    }


def _free(case: Case) -> IPv4Network:
    taken = [
        IPv4Interface(record.text("cloudRouterIpAddress")).network
        for record in case.world.objects(ATTACHMENT)
        if record.text("cloudRouterIpAddress") and record.id != case.id
    ]
    given = [IPv4Network(text(each), strict=False) for each in sequence(case.inputs.get("candidateSubnets"))]
    for parent in given or [_LINK_LOCAL]:
        if parent.prefixlen > _LENGTH:
            raise ProviderError(
                f"googleapi: Error 400: Invalid value for field 'resource.candidateSubnets[0]': '{parent}'. Candidate "
                "subnets must be /29 or shorter., invalid"
            )
        blocks = parent.subnets(new_prefix=_LENGTH)
        for block in blocks:
            if block != _METADATA and not any(block.overlaps(each) for each in taken):
                return block
    raise ProviderError(
        "googleapi: Error 400: Cannot allocate a /29 from the candidate subnets: all of them are in use., badRequest"
    )
