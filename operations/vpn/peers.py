"""`./hybrid vpn peers`: the configuration of the sites' VPN devices, from the same model as the cloud's side.

Of another HA VPN gateway in the cloud: the values that its owner has to set.
"""

from __future__ import annotations

import argparse
import ipaddress
from pathlib import Path

from operations.console import FINE, MISUSED, note, say
from operations.vpn.loading import environments

MAKES = ("strongswan", "ios-xe", "srx", "fortigate")
"""The words of `model.planning.peers.makes.Make`, which is imported when the command runs."""

EXAMPLE = """\
examples:
  ./hybrid vpn peers prod --out peers                         every device's files
  ./hybrid vpn peers prod --device fw-a --format ios-xe       one device's, on standard output
  ./hybrid vpn peers prod --gateway 0=192.0.2.1 --gateway 1=192.0.2.2
                                                              with Google's addresses, which the stack's output
                                                              vpn_gateway has after the first `pulumi up`
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the subcommand."""
    parser = subparsers.add_parser(
        "peers",
        help="write the configuration of the sites' VPN devices",
        description="Writes IKE, tunnel and VLAN interfaces, BGP with its filters, and the MSS clamp for each device "
        "at which a tunnel or an attachment of the environment ends; and a sheet of values for the owner of each other "
        "HA VPN gateway. No file holds a key: each names the secret that does. Exit code 0: written; 1: the stack "
        "files could not be read; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environment", metavar="ENV", help="the environment")
    parser.add_argument("--device", metavar="D", help="one device, or another gateway by its key; all by default")
    parser.add_argument(
        "--format", choices=MAKES, default=MAKES[0], help="the make of the device (default: %(default)s)"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="write the files there instead of printing them")
    parser.add_argument(
        "--gateway",
        action="append",
        default=[],
        type=gateway,
        metavar="N=ADDRESS",
        help="Google's address of gateway interface N; a mark to replace otherwise",
    )
    parser.set_defaults(run=run)


def gateway(text: str) -> tuple[int, str]:
    """Return the interface and the address of `0=192.0.2.1`; raises `ArgumentTypeError` for anything else."""
    number, _, address = text.partition("=")
    try:
        return {"0": 0, "1": 1}[number], str(ipaddress.IPv4Address(address))
    except (KeyError, ValueError):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not an interface, 0 or 1, with its address: 0=192.0.2.1"
        ) from None


def run(arguments: argparse.Namespace) -> int:
    """Write or print the files; see `add_parser` for the exit codes."""
    from model.config.wording import suggest
    from model.planning.peers.gateway import sheet
    from model.planning.peers.makes import Make, files
    from model.planning.peers.plan import device_plan, devices

    found = environments([arguments.environment], "peers")
    if isinstance(found, int):
        return found
    env = found[0]
    others = tuple(sorted(env.vpn.cloud_peers))
    known = (*devices(env), *others)
    device: str | None = arguments.device
    if device is not None and device not in known:
        note(f"./hybrid vpn peers: no link of {env.name} ends at '{device}'; {suggest(device, known)}")
        return MISUSED
    texts: dict[str, str] = {}
    for name in [device] if device else known:
        if name in others:
            texts |= sheet(env, name)
        else:
            texts |= files(device_plan(env, name, dict(arguments.gateway)), Make(arguments.format))
    folder: Path | None = arguments.out
    if folder is None:
        for name, text in texts.items():
            note(f"--- {name}")
            say(text)
        return FINE
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
        say(str(folder / name))
    return FINE
