"""The answer to "may this end reach that one": the chain of what a packet and its answer meet."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Final
from weakref import WeakKeyDictionary

from model.config.gke import GkeCluster, PodAddressing
from model.config.types import AddressRange
from model.estate import Environment, Estate
from model.planning.advertised import advertised, learned
from model.planning.bgp.network import Down
from model.planning.bgp.proof import Direction, Prover, State
from model.planning.firewall import HEALTH_CHECKS
from model.planning.order_sheet import DNS, dns_entry_points, gke_nodes, gke_pods
from model.planning.pod_addressing import kept
from model.planning.reachability import firewalls
from model.planning.reachability.ends import Endpoint, What, Where, clusters, end, written
from model.planning.reachability.links import Answer, Link

Ranges = tuple[AddressRange, ...]

_FRONT_PORTS: Final = (80, 443)


def can(estate: Estate, source: str | Endpoint, target: str | Endpoint, port: int, protocol: str = "tcp") -> Answer:
    """Return whether `source` reaches `port` of `target`, and over what.

    Ends are given as text or as found before; text that names nothing raises `UnknownEndError`.
    """
    near = end(estate, source) if isinstance(source, str) else source
    far = end(estate, target) if isinstance(target, str) else target
    return Answer(near, far, protocol, port, tuple(_Question(estate, near, far, protocol, port).chain()))


_INTACT: Final[WeakKeyDictionary[Environment, State]] = WeakKeyDictionary()
"""The VPN with nothing lost, by environment: a table of questions asks for it again and again."""


def _intact(env: Environment) -> State:
    state = _INTACT.get(env)
    if state is None:
        state = _INTACT[env] = Prover(env).after(Down())
    return state


class _Question:
    """One question. Each way gives its links, all of them: what stands behind a link that breaks is told too."""

    def __init__(self, estate: Estate, source: Endpoint, target: Endpoint, protocol: str, port: int) -> None:
        self._estate, self._source, self._target = estate, source, target
        self._protocol, self._port = protocol, port

    def _env(self, endpoint: Endpoint) -> Environment | None:
        return self._estate.environments.get(endpoint.environment or "")

    @property
    def _envs(self) -> list[Environment]:
        both = (self._env(self._source), self._env(self._target))
        return list(dict.fromkeys(each for each in both if each is not None))

    def chain(self) -> Iterator[Link]:
        """Give the links in the order in which a packet meets them."""
        source, target = self._source, self._target
        for endpoint in (source, target):
            if endpoint.where is Where.NOWHERE:
                why = f"no file knows {endpoint.name}: it is a private address of nobody's"
                yield Link("address", False, why, "write an address of the plan; ./hybrid network plan --register")
                return
        match (source.where, target.where):
            case (Where.CLOUD, Where.CLOUD):
                yield from self._inside_the_cloud()
            case (Where.CLOUD, Where.SITES):
                yield from self._to_the_sites()
            case (Where.SITES, Where.CLOUD | Where.GOOGLE):
                yield from self._to_the_cloud()
            case (Where.SITES, Where.SITES):
                yield from self._between_the_sites()
            case (Where.CLOUD, Where.GOOGLE):
                yield from self._to_google()
            case (Where.CLOUD, Where.INTERNET):
                yield from self._to_the_internet()
            case (Where.INTERNET, Where.CLOUD):
                yield from self._from_the_internet()
            case _:
                yield self._sites(source.ranges)

    def _sites(self, sources: Ranges) -> Link:
        return firewalls.sites(self._envs, sources, self._target, self._protocol, self._port)

    # What address a packet carries

    def _seen(self) -> tuple[Ranges, Link]:
        """Return the source addresses that the far side sees, and why."""
        source, step = self._source, "source address"
        env = self._env(source)
        own = (source.ranges, Link(step, True, f"{source.name} keeps its own, {source.text}"))
        if env is None or source.cluster is None or source.what not in {What.POD, What.NODE}:
            return own
        found, cluster = clusters(self._estate)[source.cluster]
        if not isinstance(cluster, GkeCluster):
            networks = {**found.onprem.networks, **found.baremetal.networks}
            if source.what is What.NODE or cluster.network not in networks:
                return own
            nodes = (AddressRange.of(networks[cluster.network].range),)
            return nodes, Link(step, True, f"pods of {cluster.name} leave as their nodes, {written(nodes[0])} (B44)")
        return self._seen_of(env, cluster) or own

    def _seen_of(self, env: Environment, cluster: GkeCluster) -> tuple[Ranges, Link] | None:
        """Return what a GKE cluster's nodes or the NAT instance put on, None where they leave a packet (C28, C29)."""
        step, instance = "source address", env.network.nat_instance
        behind = cluster.pod_addressing is PodAddressing.NAT_VM
        if behind and instance is not None and firewalls.within(self._target.ranges, learned(env)):
            seen = (AddressRange.of(instance.address),)
            return seen, Link(step, True, f"{cluster.name} hides behind the NAT instance, {instance.address}")
        subnet = env.network.subnets.get(cluster.subnet)
        if self._source.what is What.NODE or subnet is None or not cluster.default_snat:
            return None
        if firewalls.within(self._target.ranges, kept(env, cluster)):
            return None
        nodes = (AddressRange.of(subnet.range),)
        why = f"pods of {cluster.name} leave as their nodes, {subnet.range} ({cluster.pod_addressing})"
        return nodes, Link(step, True, why)

    # The five ways

    def _inside_the_cloud(self) -> Iterator[Link]:
        here, there = self._env(self._source), self._env(self._target)
        if here is None or there is None or here is not there:
            why = (
                f"the VPCs of {self._source.environment} and {self._target.environment} are not connected: neither "
                "hears of the other's ranges"
            )
            yield Link("route", False, why, "none: environments are kept apart (X6)")
            return
        seen, link = self._seen()
        yield link
        yield Link("route", True, f"both are in the VPC of {here.name}")
        yield from self._let_in(here, seen)

    def _to_the_sites(self) -> Iterator[Link]:
        env = self._env(self._source)
        if env is None:
            return
        seen, link = self._seen()
        yield link
        yield Link("VPC firewall", True, "the policy has no rule for what leaves")
        yield self._route(
            "route", learned(env), self._target.ranges, f"the sites announce to {env.name}", "hybrid:network.on_prem"
        )
        yield self._tunnels(env, Direction.TO_SITES, self._target.ranges)
        yield self._sites(seen)
        yield self._told(env, "way back", seen)

    def _to_the_cloud(self) -> Iterator[Link]:
        env = self._env(self._target) or self._env(self._source)
        seen, link = self._seen()
        yield link
        yield self._sites(seen)
        if env is None:
            yield Link("route", False, "neither end belongs to an environment", "name an end of one")
            return
        yield self._told(env, "route", self._target.ranges)
        yield self._tunnels(env, Direction.TO_CLOUD, self._target.ranges)
        if self._target.where is Where.CLOUD:
            yield from self._let_in(env, seen)
        else:
            yield Link("VPC firewall", True, "Google's APIs are not behind it; route google-apis leads to them")
        yield self._route("way back", learned(env), seen, f"the sites announce to {env.name}", "hybrid:network.on_prem")

    def _between_the_sites(self) -> Iterator[Link]:
        seen, link = self._seen()
        yield link
        for env in self._envs:
            for name, network in {**env.onprem.networks, **env.baremetal.networks}.items():
                if firewalls.within((*seen, *self._target.ranges), (network.range,)):
                    yield Link(
                        "sites' firewalls", True, f"both are in network {name}, VLAN {network.vlan}: none between"
                    )
                    return
        yield self._sites(seen)

    def _to_google(self) -> Iterator[Link]:
        yield self._seen()[1]
        yield Link("route", True, f"route google-apis of {self._source.environment}, Private Google Access")
        if (self._protocol, self._port) != ("tcp", 443):
            why = f"Google's APIs answer at tcp 443, not at {self._protocol} {self._port}"
            yield Link("target", False, why, "ask for tcp 443")

    def _to_the_internet(self) -> Iterator[Link]:
        env = self._env(self._source)
        if env is None:
            return
        if self._source.what not in {What.POD, What.NODE}:
            why = f"Cloud NAT translates nodes and pods, and {self._source.name} is neither"
            yield Link("source address", False, why, "ask for a node or a pod")
            return
        yield Link("route", True, "the VPC's default route to the internet gateway")
        egress = sorted(env.network.nat.egress.items())
        if egress:
            names = ", ".join(f"{name} ({address or 'not written down yet'})" for name, address in egress)
            yield Link("source address", True, f"Cloud NAT puts on {names}")
        else:
            remedy = f"{env.source.file}: add an address to hybrid:network.nat.egress"
            yield Link("source address", False, "Cloud NAT has no address: private nodes have no way out", remedy)

    def _from_the_internet(self) -> Iterator[Link]:
        env, target = self._env(self._target), self._target
        if env is None:
            return
        key = f"{env.source.file}: hybrid:network.ingress"
        if target.what is not What.INGRESS or not env.network.ingress:
            why = f"{target.name} has no address that the internet reaches"
            yield Link("route", False, why, f"{key} reserves one for ingress; nothing else has one")
            return
        addresses = ", ".join(str(each or "not written down yet") for _, each in sorted(env.network.ingress.items()))
        yield Link("route", True, f"external ingress at {addresses}, answered by Google's front ends")
        if self._protocol != "tcp" or self._port not in _FRONT_PORTS:
            why = f"the front ends take tcp 80 and 443, not {self._protocol} {self._port}"
            yield Link("target", False, why, "ask for tcp 443")
            return
        backends = tuple(each.range for each in (*gke_nodes(env), *gke_pods(env)) if each.range is not None)
        behind = Endpoint(f"backends of {target.name}", Where.CLOUD, backends, env.name)
        fronts = tuple(AddressRange.of(each) for each in HEALTH_CHECKS)
        yield firewalls.vpc(env, fronts, behind, self._protocol, self._port)

    # Links that several ways have

    def _let_in(self, env: Environment, seen: Ranges) -> Iterator[Link]:
        target = self._target
        if target.what is What.API and self._source.where is Where.CLOUD:
            # Nodes and pods reach the control plane over Google's own link; only its list of networks decides.
            yield Link("VPC firewall", True, "a control plane is no machine of the VPC")
        elif target.ranges == (AddressRange.of(env.organisation.addresses.private_google_access),):
            yield Link("VPC firewall", True, "Google's APIs are not behind it")
        elif self._asks_cloud_dns(env):
            yield Link("VPC firewall", True, "Cloud DNS's entry points are not behind it")
        else:
            yield firewalls.vpc(env, seen, target, self._protocol, self._port)
        if target.what is What.API:
            yield firewalls.control_plane(env, seen, target)

    def _asks_cloud_dns(self, env: Environment) -> bool:
        points = dns_entry_points(env)
        asked = bool(points) and firewalls.among(self._target.ranges, points)
        return asked and firewalls.carries(DNS, self._protocol, self._port)

    def _route(self, step: str, known: tuple[IPv4Network, ...], wanted: Ranges, who: str, key: str) -> Link:
        text = ", ".join(str(each) for each in known)
        if firewalls.within(wanted, known):
            by = next(each for each in known if wanted[0].inside(each))
            return Link(step, True, f"{by}, which {who}")
        missing = ", ".join(written(each) for each in wanted if not firewalls.within((each,), known))
        remedy = f"{key} and addresses.shared_services of stacks/organisation.yaml are what the sites announce"
        return Link(step, False, f"{missing} is in nothing that {who}: {text}", remedy)

    def _told(self, env: Environment, step: str, wanted: Ranges) -> Link:
        """Return whether the sites have a route to `wanted`, which the Cloud Router of `env` advertises."""
        told = advertised(env)
        known = tuple(each.range for each in told)
        if firewalls.within(wanted, known):
            by = next(each for each in told if wanted[0].inside(each.range))
            return Link(step, True, f"{by.range}, which the Cloud Router of {env.name} advertises: {by.description}")
        missing = ", ".join(written(each) for each in wanted if not firewalls.within((each,), known))
        hiding = [
            each
            for each in env.gke.clusters
            if each.pod_addressing is not PodAddressing.ROUTABLE and self._target.cluster == each.name
        ]
        remedy = (
            f"{env.source.file}: pod_addressing: routable of {hiding[0].name} advertises its pods"
            if hiding
            else "what is advertised follows from hybrid:network.cloud and the pod ranges of routable clusters"
        )
        return Link(step, False, f"{missing} is in nothing that the Cloud Router of {env.name} advertises", remedy)

    def _tunnels(self, env: Environment, direction: Direction, wanted: Ranges) -> Link:
        linked = env.vpn.tunnels or env.vpn.interconnect is not None
        every = _intact(env).paths if linked else ()
        paths = [path for path in every if path.direction is direction and firewalls.within(wanted, (path.prefix,))]
        names = sorted({name for path in paths for name in path.tunnels})
        if names:
            return Link("tunnels", True, f"{', '.join(names)}: {paths[0].why}")
        why = f"no tunnel of {env.name} carries it {direction.value}"
        return Link("tunnels", False, why, f"{env.source.file}: add tunnels to hybrid:vpn, or see ./hybrid vpn prove")
