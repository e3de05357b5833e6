"""vCenter from the command line of the workstation, with VMware's own govc."""

from __future__ import annotations

from model.runbooks.site import Site, secret


def log_in_to_vcenter(site: Site) -> tuple[str, ...]:
    """Return the commands that let govc log in for this shell; the password is in no file and in no history."""
    access = site.env.onprem.vsphere.access
    return (
        f"export GOVC_URL=https://{site.env.organisation.services.vcenter.name} GOVC_USERNAME={access.account} "
        f"GOVC_DATACENTER={site.env.onprem.vsphere.datacenter}",
        f'GOVC_PASSWORD="$({secret(access.credentials)})" && export GOVC_PASSWORD',
    )
