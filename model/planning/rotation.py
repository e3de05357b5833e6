"""A change of keys, MD5 keys, BGP ranges or devices' addresses, one tunnel at a time, so that both are never down (D4).

Tunnels, gateways and external gateways are replaced by any change but labels. A step is one edit of the stack file and
one `pulumi up`; while it runs, and until the other side has followed, its tunnel is down. For each step the routing
model says what is left: every prefix in both directions, and how much of it against the peak.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Final

from model.config.load import load
from model.config.source import Data, KeyPath
from model.config.types import AddressRange
from model.config.vpn import KeySource, PreSharedKey
from model.estate import Environment, Estate
from model.planning.bgp.network import Down
from model.planning.bgp.proof import Prover, State
from model.planning.drill import off
from model.planning.entries import Kind as EntryKind
from model.planning.file_edits import FileEdit, edited
from model.planning.free import free_block
from model.planning.protection import Kind, protected
from model.planning.register import register
from model.planning.watching import router_status, session_is_up, tunnel_is_up

_VPN: Final = ("config", "hybrid:vpn")
_WINDOW: Final = timedelta(days=7)
LINK_LOCAL: Final = IPv4Network("169.254.0.0/16")


class NoRotationError(ValueError):
    """There is nothing to plan; the message says why, and what to ask instead."""


class What(StrEnum):
    """What changes."""

    KEYS = "keys"
    """Each tunnel's pre-shared key."""
    MD5 = "md5"
    """The key with which each session's BGP messages are signed, where they are (D15)."""
    RANGES = "ranges"
    """Each session's link-local /30."""
    PEER = "peer"
    """The public address of one device."""


@dataclass(frozen=True, slots=True)
class Move:
    """A device's new public address."""

    device: str
    address: IPv4Address


@dataclass(frozen=True)
class Step:
    """One edit and one `pulumi up`.

    `tunnel`     what is down meanwhile, None where nothing is.
    `replaced`   the logical names of what the engine replaces; `created`, `deleted` and `updated` likewise. What is
                 `updated` stays, but its session is set up anew.
    `state`      what the routing model says is left while the tunnel is down.
    `far`        what the other side does, and when; `verify` and `undo` in order.
    `text`       the stack file after the edits.
    """

    number: int
    title: str
    tunnel: str | None
    edits: tuple[FileEdit, ...]
    replaced: tuple[str, ...]
    created: tuple[str, ...]
    deleted: tuple[str, ...]
    state: State
    far: tuple[str, ...]
    verify: tuple[str, ...]
    undo: tuple[str, ...]
    text: str
    updated: tuple[str, ...] = ()


@dataclass(frozen=True)
class RotationPlan:
    """The steps in order. `file` is the stack file that they edit."""

    environment: str
    what: What
    file: str
    peak_kpps: int
    steps: tuple[Step, ...]

    def verdict(self, step: Step) -> str:
        """Return `holds`, `short` or `cut` for what is left during `step`."""
        return "cut" if step.state.cut else "short" if step.state.kpps < self.peak_kpps else "holds"

    @property
    def holds(self) -> bool:
        """Whether every step leaves a path for everything, and enough of it."""
        return all(self.verdict(step) == "holds" for step in self.steps)


def plan(
    root: Path, estate: Estate, name: str, what: What, *, tunnel: str | None = None, move: Move | None = None
) -> RotationPlan:
    """Return the steps for environment `name` of the project at `root`.

    `tunnel` limits keys, MD5 keys and ranges to one; `move` says which device's address changes. Raises
    `NoRotationError`, and `FileEditError` where the stack file can not be edited.
    """
    env = estate.environments[name]
    if env.vpn.rotation is not None:
        raise NoRotationError(f"a rotation of {env.vpn.rotation.tunnel} is under way: end it first")
    if tunnel is not None and tunnel not in env.vpn.tunnels:
        raise NoRotationError(f"no tunnel '{tunnel}' in {name}; there is {', '.join(sorted(env.vpn.tunnels))}")
    planner = _Planner(root, env, what, move)
    # What carries traffic last of all goes first.
    order = sorted(env.vpn.tunnels, key=lambda each: (-env.vpn.tunnels[each].priority, each))
    if what is What.PEER:
        if tunnel is not None:
            raise NoRotationError("a device's address moves every tunnel: leave --tunnel out")
        planner.peer(order)
    else:
        step = {What.KEYS: planner.key, What.MD5: planner.md5, What.RANGES: planner.range}[what]
        chosen = [tunnel] if tunnel is not None else order
        if what is What.MD5:
            chosen = [each for each in chosen if env.vpn.tunnels[each].md5 is not None]
            if not chosen:
                raise NoRotationError(f"no session of {tunnel or name} is signed: there is no `md5` to change")
        for each in chosen:
            step(each)
    if what is not What.RANGES:
        planner.end()
    return RotationPlan(name, what, env.source.file, env.vpn.peak_kpps, tuple(planner.steps))


class _Planner:
    """Makes steps one after the other, each from the files as the one before leaves them."""

    def __init__(self, root: Path, env: Environment, what: What, move: Move | None) -> None:
        self.root, self.env, self.what, self.move = root, env, what, move
        self.steps: list[Step] = []
        self.file = env.source.file
        self.text = (root / self.file).read_text(encoding="utf-8")
        self.today, self.name = env.today, env.name
        self.held = [AddressRange.of(link.range) for link in env.vpn.links.values()]
        self.opens = protected(env.facts, Kind.VPN_TUNNEL)
        self.until = (env.today + _WINDOW).isoformat()

    def key(self, tunnel: str) -> None:
        """Give one tunnel a new key."""
        given = self.env.vpn.tunnels[tunnel].pre_shared_key
        self._open(tunnel)
        self._new_key(
            f"a new key for {tunnel}",
            tunnel,
            given,
            "key",
            tunnel,
            replaced=self._whole(tunnel),
            field="pre_shared_key",
        )

    def md5(self, tunnel: str) -> None:
        """Sign the messages of one session with a new key. The tunnel stays up, and the session waits for both ends."""
        given = self.env.vpn.tunnels[tunnel].md5
        if given is None:
            raise NoRotationError(f"the session of {tunnel} is not signed")
        self._open(tunnel)
        what = f"the session of {tunnel}"
        self._new_key(
            f"a new MD5 key for {what}", tunnel, given, "md5", what, updated=(f"vpn-{tunnel}-bgp",), field="md5"
        )

    def _new_key(
        self,
        title: str,
        tunnel: str,
        given: PreSharedKey,
        part: str,
        what: str,
        *,
        field: str,
        replaced: tuple[str, ...] = (),
        updated: tuple[str, ...] = (),
    ) -> None:
        """Raise the generation of a key; `part` is what the program calls it, `what` whose it is, in words."""
        generation = (given.generation or 1) + 1
        project, name = given.secret.removeprefix("sm://").split("/", 1)
        device = self.env.vpn.tunnels[tunnel].peer
        generated = given.source is KeySource.GENERATED
        key = f"vpn-{tunnel}-{part}"
        fetch = f"gcloud secrets versions access latest --secret={name} --project={project}"
        add = f"gcloud secrets versions add {name} --project={project} --data-file=-"
        far = (
            (f"after `pulumi up`, on {device}: fetch the new key with `{fetch}` and set it for {what}",)
            if generated
            else (
                f"before `pulumi up`: put the new key into Secret Manager with `{add}`; it has to become version "
                f"{generation}",
                f"together with `pulumi up`, on {device}: set that key for {what}",
            )
        )
        undo = (
            f"raise `generation` of {what} once more, `pulumi up`, and give {device} that key: a generated key does "
            "not come back",
        )
        self._add(
            title,
            tunnel,
            [((*_VPN, "tunnels", tunnel, field, "generation"), generation), *self._opened(tunnel)],
            replaced=(*((f"{key}-password", f"{key}-version") if generated else ()), *replaced),
            updated=updated,
            far=far,
            undo=undo if generated else (f"set `generation: {generation - 1}` of {what} again and `pulumi up`",),
        )

    def range(self, tunnel: str) -> None:
        """Give one session a free /30. Its tunnel stays up; only the session is made anew."""
        old = self.env.vpn.tunnels[tunnel]
        new = self._free(old.range)
        path = (*_VPN, "tunnels", tunnel)
        self._add(
            f"{new} for {tunnel} in place of {old.range}",
            tunnel,
            [
                ((*path, "range"), str(new)),
                ((*path, "google_address"), str(new[1])),
                ((*path, "peer_address"), str(new[2])),
            ],
            replaced=(f"vpn-{tunnel}-bgp", f"vpn-{tunnel}-if"),
            far=(
                f"together with `pulumi up`, on {old.peer}: address {new[2]}/30 in {tunnel} in place of "
                f"{old.peer_address}, neighbour {new[1]} in place of {old.google_address}",
                f"`./hybrid vpn peers {self.name}` writes the whole configuration from the edited file",
            ),
            undo=(f"take the edit back (`git revert`), `pulumi up`, and the old addresses on {old.peer}",),
        )

    def peer(self, order: Sequence[str]) -> None:
        """Move every tunnel to a second external gateway that has the new address, then let the first one go."""
        vpn, move = self.env.vpn, self.move
        if move is None:
            raise NoRotationError("say which device moves where: --device fw-a --address 192.0.2.7")
        gateways = {key for key, each in vpn.gateways.items() if move.device in each.peers}
        if not gateways:
            devices = sorted({name for each in vpn.gateways.values() for name in each.peers})
            raise NoRotationError(f"no device '{move.device}' in {self.name}; there is {', '.join(devices)}")
        if len(gateways) > 1:
            raise NoRotationError(f"{move.device} stands in several external gateways: finish that move first")
        (old,) = gateways
        gateway = vpn.gateways[old]
        if gateway.peers[move.device].address == move.address:
            raise NoRotationError(f"{move.device} has {move.address} already")
        new = "" if old else next(each for number in range(2, 100) if (each := f"g{number}") not in vpn.gateways)
        entries: dict[str, Data] = {
            name: {"interface": peer.interface, "address": str(move.address if name == move.device else peer.address)}
            for name, peer in gateway.peers.items()
        }
        first_key = "external-gateway"
        old_name, new_name = (f"vpn-{first_key}-{each}" if each else f"vpn-{first_key}" for each in (old, new))
        moving = [each for each in order if (vpn.tunnels[each].external_gateway or "") == old]
        if not moving:
            raise NoRotationError(f"no tunnel ends at {move.device}")
        changes: list[tuple[KeyPath, Data]] = []
        if new:
            described: dict[str, Data] = {"redundancy": gateway.redundancy.value, "peers": entries}
            known: dict[str, Data] = {new: described}
            path = (*_VPN, "external_gateways")
            changes.append(((*path, new), described) if vpn.external_gateways else (path, known))
        else:
            changes += [((*_VPN, "redundancy"), gateway.redundancy.value), ((*_VPN, "peers"), entries)]
        # The rules take two incomplete gateways only while a rotation is announced.
        changes.append(self._announced(moving[0]))
        self._add(
            f"a second picture of the devices, with {move.device} at {move.address}",
            None,
            changes,
            created=(new_name,),
            far=(f"before the next step, on {move.device}: answer IKE at {move.address} too, with the same keys",),
            undo=("take the edit back (`git revert`) and `pulumi up`: nothing uses it yet",),
        )
        for tunnel in moving:
            self._move(tunnel, new, move)
        gone: list[tuple[KeyPath, Data]] = [((*_VPN, "peers"), None)] if not old else []
        if old and len(self.env.vpn.external_gateways) == 1:
            gone = [((*_VPN, "external_gateways"), None)]
        elif old:
            gone = [((*_VPN, "external_gateways", old), None)]
        self._add(
            "the first picture of the devices goes",
            None,
            gone,
            deleted=(old_name,),
            far=(f"afterwards, on {move.device}: stop answering at the old address",),
            undo=("the old address can be given back by another move, in the same way",),
        )

    def _move(self, tunnel: str, new: str, move: Move) -> None:
        """Lead one tunnel to the other external gateway."""
        if self.opens:
            self._open(tunnel)
        path = (*_VPN, "tunnels", tunnel, "external_gateway")
        device = self.env.vpn.tunnels[tunnel].peer
        address = f", at {move.address}" if device == move.device else ""
        self._add(
            f"{tunnel} to the second picture{address}",
            tunnel,
            [(path, new or None), *self._opened(tunnel)],
            replaced=self._whole(tunnel),
            far=(
                f"together with `pulumi up`, on {device}: end {tunnel} at {move.address}",
                f"`./hybrid vpn peers {self.name}` writes the whole configuration from the edited file",
            )
            if device == move.device
            else (f"nothing on {device}: its address stays, and it takes the tunnel up again by itself",),
            undo=(f"take the edit back (`git revert`), `pulumi up`, and end {tunnel} on {device} as before",),
        )

    def end(self) -> None:
        """Give the last tunnel its protection back."""
        if self.env.vpn.rotation is not None:
            self._add(
                "protection back on",
                None,
                [((*_VPN, "rotation"), None)],
                undo=("nothing to undo",),
                far=("nothing",),
            )

    def _open(self, tunnel: str) -> None:
        """Lift the protection of one tunnel, and of no other."""
        given = self.env.vpn.rotation
        if self.opens and (given is None or given.tunnel != tunnel):
            self._add(
                f"lift the protection of {tunnel}, and of no other",
                None,
                [self._announced(tunnel)],
                far=("nothing yet",),
                undo=("remove `rotation:` and `pulumi up`",),
            )

    def _opened(self, tunnel: str) -> Iterator[tuple[KeyPath, Data]]:
        """Give the announcement where nothing is protected and so no step of its own made it."""
        given = self.env.vpn.rotation
        if given is None or given.tunnel != tunnel:
            yield self._announced(tunnel)

    def _announced(self, tunnel: str) -> tuple[KeyPath, Data]:
        return (*_VPN, "rotation"), {"tunnel": tunnel, "expires": self.until}

    def _free(self, old: IPv4Network) -> IPv4Network:
        # Not one that another tunnel has just left, either: its device may still answer there.
        taken = [entry.range for entry in register(self._estate()) if entry.kind is EntryKind.LINK] + self.held
        found = free_block(old.supernet(new_prefix=24), 30, taken) or free_block(LINK_LOCAL, 30, taken)
        if found is None:
            raise NoRotationError(f"no free /30 is left in {LINK_LOCAL}")
        return found

    def _whole(self, tunnel: str) -> tuple[str, ...]:
        """Return what goes with a tunnel: its session and interface hang off it."""
        return (f"vpn-{tunnel}-bgp", f"vpn-{tunnel}-if", f"vpn-{tunnel}-tunnel")

    def _estate(self) -> Estate:
        found = load(self.root, today=self.today, texts={self.file: self.text}).estate
        if found is None:
            raise NoRotationError("stacks/organisation.yaml can not be read; ./hybrid check says why")
        return found

    def _add(
        self,
        title: str,
        tunnel: str | None,
        changes: Sequence[tuple[KeyPath, Data]],
        *,
        replaced: tuple[str, ...] = (),
        created: tuple[str, ...] = (),
        deleted: tuple[str, ...] = (),
        updated: tuple[str, ...] = (),
        far: tuple[str, ...],
        undo: tuple[str, ...],
    ) -> None:
        self.text, edits = edited(self.file, self.text, changes)
        self.env = self._estate().environments[self.name]
        down = off(self.env) | ({tunnel} if tunnel is not None else frozenset[str]())
        self.steps.append(
            Step(
                number=len(self.steps) + 1,
                title=title,
                tunnel=tunnel,
                edits=edits,
                replaced=tuple(sorted(replaced)),
                created=created,
                deleted=deleted,
                state=Prover(self.env).after(Down(sessions=down)),
                far=far,
                verify=tuple(_verify(self.env, tunnel)),
                undo=undo,
                text=self.text,
                updated=updated,
            )
        )


def _verify(env: Environment, tunnel: str | None) -> Iterator[str]:
    if tunnel is not None:
        yield tunnel_is_up(env, tunnel)
        yield session_is_up(env, tunnel)
    yield router_status(env)
    yield f"./hybrid vpn prove {env.name}"
