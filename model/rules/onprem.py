"""On-prem clusters: the workstation, the admin cluster, user clusters, their control planes and load balancers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.onprem_cluster import ControlPlane, Mode
from model.config.problems import Severity
from model.estate import Environment
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding, suggest

MIN_CPUS: Final = 4
MIN_MEMORY_MIB: Final = 8192
MEMORY_STEP_MIB: Final = 4
MIN_WORKSTATION_DISK_GIB: Final = 100

# In the order of the provider's documentation of `validation_check.options`.
VALIDATIONS: Final = (
    *(
        "ALL",
        "WORKSTATION",
        "CONFIG",
        "DOCKER",
        "INFRA",
        "LOAD_BALANCER",
        "VIPS",
        "NODE_IPS",
        "DNS",
        "TOD",
        "NET_CONFIG",
    ),
    *("STORAGE_DRIVER", "PROXY", "INTERNET", "GCP", "GKEHUB", "RESERVED_IPS", "STACKDRIVER", "NODEPOOL_AUTOSCALING"),
    *("OS_IMAGES", "CLUSTER_VERSION", "CLUSTER_HEALTH", "WINDOWS", "HSM_SECRET_ENCRYPTION", "BACKUP_ADMIN"),
    *("CONNECTIVITY", "CLUSTER_SECRETS_CONFIG", "CSI_WORKLOAD", "VSPHERE_VERSION", "MIGRATION"),
)


@environment_rules.rule("A3", "I2", title="the workstation's disk is large enough", source=pages.UPGRADE)
def workstation_disk(env: Environment) -> Iterator[Finding]:
    """Refuse a workstation whose disk gkectl would refuse."""
    workstation = env.onprem.workstation
    if workstation.disk_gib < MIN_WORKSTATION_DISK_GIB:
        message = f"the workstation's disk has {workstation.disk_gib} GiB; gkectl 1.28 and later refuse less than 100"
        yield Finding(workstation.at("disk_gib"), message, "set disk_gib to 100 or more")


@environment_rules.rule("A4", "I2", title="the workstation is large enough", source=pages.WORKSTATION_FILE)
def workstation_size(env: Environment) -> Iterator[Finding]:
    """Refuse a workstation that is too small for gkectl."""
    workstation = env.onprem.workstation
    if workstation.cpus < MIN_CPUS:
        message = f"the workstation has {workstation.cpus} CPUs; gkectl needs at least {MIN_CPUS}"
        yield Finding(workstation.at("cpus"), message, f"set cpus to {MIN_CPUS} or more")
    if workstation.memory_mib < MIN_MEMORY_MIB:
        message = f"the workstation has {workstation.memory_mib} MiB of memory; gkectl needs at least {MIN_MEMORY_MIB}"
        yield Finding(workstation.at("memory_mib"), message, f"set memory_mib to {MIN_MEMORY_MIB} or more")


@environment_rules.rule("A8", title="the workstation is beside the admin cluster", source=pages.WORKSTATION_FILE)
def workstation_network(env: Environment) -> Iterator[Finding]:
    """Refuse a workstation in an unknown network, or in another one than the admin clusters it drives."""
    workstation, networks = env.onprem.workstation, env.onprem.networks
    if workstation.network not in networks:
        remedy = suggest(workstation.network, networks, lead="Networks")
        yield Finding(workstation.at("network"), f"there is no network '{workstation.network}'", remedy)
        return
    for cluster in env.onprem.admin_clusters:
        if cluster.network in networks and cluster.network != workstation.network:
            message = (
                f"the workstation is in network '{workstation.network}' and admin cluster {cluster.name} in "
                f"'{cluster.network}': gkectl drives the cluster's nodes from the same network"
            )
            yield Finding(workstation.at("network"), message, f"put it into network '{cluster.network}'")


@environment_rules.rule(
    "A29", "B75", title="admin clusters have three control plane nodes", source=pages.ADMIN_CLUSTER_FILE
)
def admin_replicas(env: Environment) -> Iterator[Finding]:
    """Refuse a new admin cluster without three control plane nodes; warn of an old one with one."""
    for cluster in env.onprem.admin_clusters:
        replicas, place = cluster.control_plane.replicas, cluster.control_plane.at("replicas")
        if replicas == 3:
            continue
        if cluster.mode is Mode.ADOPT and replicas == 1 and not env.facts.production:
            message = f"admin cluster {cluster.name} has one control plane node: its API is away during every upgrade"
            yield Finding(place, message, "rebuild it with 3 when the time comes", Severity.WARNING, "B75")
        else:
            message = f"admin cluster {cluster.name} has {replicas} control plane nodes; a highly available one has 3"
            yield Finding(place, message, "set replicas to 3 and give three addresses")


@environment_rules.rule(
    "B7", "B75", title="user clusters have one or three control plane nodes", source=pages.CREATE_USER_CLUSTER
)
def user_replicas(env: Environment) -> Iterator[Finding]:
    """Refuse another number than 1 and 3, and 1 in production; warn of 1 elsewhere."""
    for cluster in env.onprem.user_clusters:
        replicas, place = cluster.control_plane.replicas, cluster.control_plane.at("replicas")
        if replicas == 1 and env.facts.production:
            message = (
                f"user cluster {cluster.name} is in production with one control plane node: an upgrade stops its API"
            )
            yield Finding(place, message, "set replicas to 3; it can not be changed later", rule="X8")
        elif replicas == 1:
            message = f"user cluster {cluster.name} has one control plane node: its API is away during every upgrade"
            yield Finding(place, message, "set replicas to 3; it can not be changed later", Severity.WARNING, "B75")
        elif replicas != 3:
            message = (
                f"user cluster {cluster.name} has {replicas} control plane nodes; etcd keeps its quorum with 1 or 3"
            )
            yield Finding(place, message, "set replicas to 3")
        if replicas == 1 and cluster.advanced:
            message = f"user cluster {cluster.name} is advanced and has one control plane node; advanced ones have 3"
            yield Finding(place, message, "set replicas to 3")


def _too_small(control_plane: ControlPlane, what: str) -> Iterator[Finding]:
    if control_plane.cpus < MIN_CPUS:
        message = f"control plane nodes of {what} have {control_plane.cpus} CPUs; the API refuses less than {MIN_CPUS}"
        yield Finding(control_plane.at("cpus"), message, f"set cpus to {MIN_CPUS} or more")
    if control_plane.memory_mib < MIN_MEMORY_MIB:
        memory = control_plane.memory_mib
        message = f"control plane nodes of {what} have {memory} MiB; the API refuses less than {MIN_MEMORY_MIB}"
        yield Finding(control_plane.at("memory_mib"), message, f"set memory_mib to {MIN_MEMORY_MIB} or more")


@environment_rules.rule("A30", title="admin control plane nodes are large enough", source=pages.ADMIN_CLUSTER)
def admin_size(env: Environment) -> Iterator[Finding]:
    """Refuse control plane nodes of admin clusters that are too small."""
    for cluster in env.onprem.admin_clusters:
        yield from _too_small(cluster.control_plane, f"admin cluster {cluster.name}")


@environment_rules.rule("B7", title="user control plane nodes are large enough", source=pages.CREATE_USER_CLUSTER)
def user_size(env: Environment) -> Iterator[Finding]:
    """Refuse control plane nodes of user clusters that are too small, or whose memory is no multiple of 4 MiB."""
    for cluster in env.onprem.user_clusters:
        control_plane = cluster.control_plane
        yield from _too_small(control_plane, f"user cluster {cluster.name}")
        if control_plane.memory_mib % MEMORY_STEP_MIB:
            message = f"memory of {control_plane.memory_mib} MiB is not a multiple of 4, which vSphere asks for"
            yield Finding(control_plane.at("memory_mib"), message, "round it up to a multiple of 4")


@environment_rules.rule("B50", title="what on-prem clusters refer to exists", source=pages.USER_CLUSTER)
def references(env: Environment) -> Iterator[Finding]:
    """Refuse clusters in unknown networks, and user clusters of unknown admin clusters."""
    onprem = env.onprem
    admins = [cluster.name for cluster in onprem.admin_clusters]
    for cluster in (*onprem.admin_clusters, *onprem.user_clusters):
        if cluster.network not in onprem.networks:
            remedy = suggest(cluster.network, onprem.networks, lead="Networks")
            yield Finding(cluster.at("network"), f"there is no network '{cluster.network}'", remedy)
    for cluster in onprem.user_clusters:
        if cluster.admin_cluster not in admins:
            message = f"there is no admin cluster '{cluster.admin_cluster}' to manage user cluster {cluster.name}"
            yield Finding(
                cluster.at("admin_cluster"), message, suggest(cluster.admin_cluster, admins, lead="Admin clusters")
            )


@environment_rules.rule(
    "B54", "X8", title="skipped preflight checks are known, explained and rare", source=pages.USER_CLUSTER
)
def skipped_validations(env: Environment) -> Iterator[Finding]:
    """Refuse unknown checks, checks skipped without a reason, and ALL in production; warn of any in production."""
    for cluster in env.onprem.user_clusters:
        skipped = cluster.skip_validations
        if skipped is None:
            continue
        for number, name in enumerate(skipped.names):
            if name not in VALIDATIONS:
                yield Finding(
                    skipped.at("names", number), f"there is no preflight check '{name}'", suggest(name, VALIDATIONS)
                )
        if not skipped.reason.strip():
            message = f"user cluster {cluster.name} skips preflight checks without saying why"
            yield Finding(
                skipped.at("reason"), message, "write the reason, for whoever meets what the check would have found"
            )
        if env.facts.production and "ALL" in skipped.names:
            message = f"user cluster {cluster.name} is in production and skips all preflight checks"
            place = skipped.at("names", skipped.names.index("ALL"))
            yield Finding(place, message, "name the few checks that must be left out", rule="X8")
        elif env.facts.production and skipped.names:
            message = f"user cluster {cluster.name} is in production and skips {', '.join(skipped.names)}"
            yield Finding(skipped.at(), message, "remove it when the cause is gone", Severity.WARNING)
