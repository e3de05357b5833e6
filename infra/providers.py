"""The providers, each made once and given to components by name; default providers are switched off in Pulumi.yaml.

Every switch whose default would come from an environment variable is stated, so that a laptop and CI configure the
same provider. Credentials are the other way round: none is stated, so none is in the state, and a preview by the
account that plans shows no difference from an apply by the account that applies.

- Google: application default credentials, or GOOGLE_OAUTH_ACCESS_TOKEN. To preview as CI does:
  `gcloud auth application-default login --impersonate-service-account=<plan account>`.
- vSphere: VSPHERE_USER and VSPHERE_PASSWORD, which the provider reads when it logs in
  (https://www.pulumi.com/registry/packages/vsphere/installation-configuration/). The stack file names the secrets that
  hold them, `hybrid:onprem` `vsphere.access`. vCenter's CA must be trusted by the machine.
- Kubernetes: see components/fleet/kubeconfig.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
import pulumi_random as random
import pulumi_vsphere as vsphere

from components.setting import Setting
from model.estate import Environment


@dataclass(frozen=True, slots=True)
class Providers:
    """The providers of an environment; a Kubernetes one comes with each member of the fleet."""

    gcp: gcp.Provider
    vsphere: vsphere.Provider
    random: random.Provider


def make_providers(environment: Environment) -> Providers:
    """Register the providers of `environment`."""
    setting = Setting.of(environment)
    return Providers(
        gcp=gcp.Provider(
            "gcp",
            project=setting.cluster_project,
            region=setting.region,
            # Nothing here is zonal; stated because the default is the caller's own.
            zone=min(environment.organisation.zones),
            default_labels=dict(sorted(setting.labels.items())),
            # The organisation's own label says what manages a thing.
            add_pulumi_attribution_label=False,
            # Quota and enabled APIs are those of the project a thing is in, not of the seed project that the accounts
            # are in. Both accounts need roles/serviceusage.serviceUsageConsumer on the environment's projects.
            user_project_override=True,
        ),
        vsphere=vsphere.Provider(
            "vsphere",
            vsphere_server=environment.organisation.services.vcenter.name,
            allow_unverified_ssl=False,
            api_timeout=10,
            client_debug=False,
            # A session on disk is a login that outlives the run.
            persist_session=False,
            vim_keep_alive=10,
        ),
        random=random.Provider("random"),
    )


def given(*providers: pulumi.ProviderResource, after: list[pulumi.Resource] | None = None) -> pulumi.ResourceOptions:
    """Return the options of a component at the top: the providers that its children use, and what it waits for."""
    return pulumi.ResourceOptions(providers=list(providers), depends_on=after)
