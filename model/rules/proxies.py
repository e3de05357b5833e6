"""The HTTP proxy between a site and the internet."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from model.estate import Environment
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding


@environment_rules.rule(
    "A38", title="the proxy has a port, and says what goes past it", source=pages.ADMIN_CLUSTER_FILE
)
def proxy(env: Environment) -> Iterator[Finding]:
    """Refuse a proxy without an explicit port or exceptions, and one that nodes would reach vCenter through."""
    wanted = env.onprem.proxy
    if wanted is None:
        return
    url = urlsplit(wanted.url)
    try:
        port = url.port
    except ValueError:
        port = None
    if url.scheme not in {"http", "https"} or not url.hostname or port is None:
        message = f"the proxy's address {wanted.url!r} is not one with a scheme and a port: nodes would not reach it"
        yield Finding(wanted.at("url"), message, "write http://<name>:<port>; it can never be changed afterwards")
    if url.username is not None or url.password is not None:
        message = "the proxy's address holds a user name or a password, which every node and this file would show"
        yield Finding(wanted.at("url"), message, "take it out: let the proxy know the nodes by their addresses")
    if not wanted.no_proxy:
        message = "nothing is said to go past the proxy: nodes would look for vCenter and for each other behind it"
        remedy = "name vCenter, the registry and the ranges of the site in no_proxy"
        yield Finding(wanted.at("no_proxy"), message, remedy)
