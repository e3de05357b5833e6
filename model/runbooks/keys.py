"""Files on the workstation that hold secrets: what each is, and how it gets there. No runbook shows what is in one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from model.config.onprem_cluster import AdminCluster, UserCluster
from model.rendering.files import COMPONENT_ACCESS_KEY, REGISTRY_CA, VCENTER_CA, Account, key_of
from model.runbooks.shape import Kind, Step
from model.runbooks.site import Site, secret

COMPONENT_ACCESS: Final = "component-access"
"""The service account that fetches Google's images; it has one key on a workstation, for all clusters."""
MOST_KEYS: Final = 10
"""The most keys that a service account may have (A81)."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key file that a cluster's gkectl file names. `component` is what `gkectl update credentials` calls it."""

    component: str
    account: str
    path: str


def keys_of(cluster: AdminCluster | UserCluster) -> tuple[Key, ...]:
    """Return the key files of a cluster."""
    named = (("register", Account.REGISTER), ("stackdriver", Account.LOGGING), ("cloudauditlogging", Account.AUDIT))
    return (
        Key("componentaccess", COMPONENT_ACCESS, COMPONENT_ACCESS_KEY),
        *(Key(component, account.value, key_of(account, cluster.name)) for component, account in named),
    )


def key(cluster: AdminCluster | UserCluster, component: str) -> Key:
    """Return one of the key files of a cluster, by its component."""
    return next(each for each in keys_of(cluster) if each.component == component)


def email(site: Site, each: Key) -> str:
    """Return the address of a key's service account."""
    return f"{each.account}@{site.project}.iam.gserviceaccount.com"


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def fetch_certificates(site: Site) -> Step:
    """Return the step that brings the certificates of vCenter and registry to the workstation."""
    registry = f"sm://{site.project}/{site.env.organisation.services.registry.ca_secret}"
    return Step(
        kind=Kind.COMMAND,
        text="Bring the CA certificates of vCenter and of the image registry to where the files name them.",
        commands=(
            f"mkdir -p {_folder(VCENTER_CA)}",
            secret(site.env.onprem.vsphere.access.ca, to=VCENTER_CA),
            secret(registry, to=REGISTRY_CA),
            f"openssl x509 -in {VCENTER_CA} -noout -subject -enddate",
        ),
        expect="the name of vCenter's CA, and an end that is not near",
    )


def fill_in_credentials(site: Site) -> Step:
    """Return the step that puts values in place of the references of the credentials file (A9)."""
    file = site.credentials()
    return Step(
        kind=Kind.EDIT,
        text=f"Where {file} still has a reference, put the value there. The first command shows each reference with "
        "its value: clear the screen afterwards, and never copy the file anywhere.",
        commands=(
            f"for REF in $(grep --only-matching 'sm://[^ ]*' {file} | sort --unique); do echo \"$REF\"; gcloud secrets "
            'versions access latest --project="$(echo "$REF" | cut -d/ -f3)" --secret="$(echo "$REF" | cut -d/ -f4)"; '
            "echo; done",
            f"chmod 600 {file}",
            f"nano {file}",
            f"grep --count '^[^#]*sm://' {file} || true",
        ),
        expect="0: no reference is left",
    )


def make_keys(site: Site, cluster: AdminCluster | UserCluster) -> Step:
    """Return the step that makes the key files of a cluster that are not there yet (A81, A82)."""
    keys = keys_of(cluster)
    folders = sorted({_folder(each.path) for each in keys})
    commands = [
        f"test -s {each.path} || gcloud iam service-accounts keys create {each.path} --iam-account={email(site, each)}"
        for each in keys
    ]
    return Step(
        kind=Kind.COMMAND,
        text="Make the keys of the service accounts that are not here yet. A key is a long-lived secret: one for each "
        f"account and cluster, {MOST_KEYS} at most (A81), and they are rotated (keys-rotate).",
        commands=(f"umask 077 && mkdir -p {' '.join(folders)}", *commands, f"ls -l {' '.join(folders)}"),
        expect="files that only their owner may read",
        undo="gcloud iam service-accounts keys delete, with the id of the key that was made",
    )
