"""Log-in of people by OpenID Connect: what GKE Identity Service takes in a ClientConfig (B80, B81)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from model.config.onprem_cluster import Oidc
from model.config.problems import Severity
from model.estate import Environment
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding

LOCAL: Final = frozenset({"localhost", "127.0.0.1"})
"""Where the log-in of a person at a terminal comes back to: the person's own machine."""


def _configured(env: Environment) -> Iterator[tuple[str, Oidc]]:
    for cluster in env.onprem.user_clusters:
        if cluster.authentication is not None:
            yield cluster.name, cluster.authentication


@environment_rules.rule("B81", title="the issuer and the way back from it are addresses", source=pages.IDENTITY_SERVICE)
def addresses(env: Environment) -> Iterator[Finding]:
    """Refuse an issuer that is not https, and a redirect that does not lead to the person's own machine."""
    for cluster, oidc in _configured(env):
        issuer = urlsplit(oidc.issuer)
        if issuer.scheme != "https" or not issuer.hostname or issuer.query or issuer.fragment:
            message = f"{oidc.issuer!r}, the issuer of {cluster}, is no https address: tokens of it can not be verified"
            yield Finding(oidc.at("issuer"), message, "write https:// and the issuer's address as its tokens have it")
        back = urlsplit(oidc.kubectl_redirect)
        if back.scheme != "http" or back.hostname not in LOCAL or not _port(oidc.kubectl_redirect):
            message = (
                f"{oidc.kubectl_redirect!r} of {cluster} is where the issuer would send people back to, and at a "
                "terminal they wait on a port of their own machine"
            )
            yield Finding(oidc.at("kubectl_redirect"), message, "write http://localhost:<port>/callback")


def _port(address: str) -> int | None:
    try:
        return urlsplit(address).port
    except ValueError:
        return None


@environment_rules.rule("B81", title="tokens say what roles are bound to", source=pages.IDENTITY_SERVICE)
def claims(env: Environment) -> Iterator[Finding]:
    """Refuse group prefixes without a claim of groups, and no user claim; warn where people log in every hour."""
    for cluster, oidc in _configured(env):
        if oidc.group_prefix and oidc.groups_claim is None:
            message = (
                f"{cluster} puts '{oidc.group_prefix}' before names of groups, and no claim of the token is said to "
                "list them: roles of groups would bind nobody"
            )
            yield Finding(oidc.at("group_prefix"), message, "add groups_claim, such as groups")
        if not oidc.user_claim.strip():
            message = f"{cluster} does not say which claim of the token names the user"
            yield Finding(oidc.at("user_claim"), message, "write user_claim: email")
        if "openid" not in oidc.scopes:
            message = f"{cluster} asks the issuer for no `openid` scope, without which there is no token"
            yield Finding(oidc.at("scopes"), message, "add openid to scopes")
        if "offline_access" not in oidc.scopes:
            message = f"{cluster} asks for no `offline_access` scope, so people log in again whenever a token ends"
            yield Finding(oidc.at("scopes"), message, "add offline_access to scopes", Severity.WARNING)
