"""Where things are on the workstation of an environment, and how the commands on it begin.

Files lie below the home directory as `./hybrid render` writes them. gkectl writes the kubeconfig of an
admin cluster where it is told to, and that of a user cluster beside it as `<cluster>-kubeconfig`
(https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/how-to/create-admin-cluster).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from model.config.gke import GkeCluster
from model.config.onprem_cluster import AdminCluster, UserCluster
from model.config.types import SecretReference
from model.estate import Environment
from model.planning.members import Member, admin_members, planned_members
from model.rendering.files import ADMIN_CLUSTER, CREDENTIALS, HOME, USER_CLUSTER, path_of
from model.runbooks.shape import Kind, RunbookError, Step, Takes
from model.runbooks.sources import JUDGED

BUNDLES: Final = "/var/lib/gke/bundles"
"""Where bundles lie on a workstation (A21)."""
RELEASES: Final = "gs://gke-on-prem-release"
"""Where Google publishes gkectl and bundles (A11)."""
LOGIN: Final = PurePosixPath(HOME).name
"""The user of the workstation."""
SCREEN: Final = "gkectl"
"""The tmux session in which long commands run, so that a lost connection ends none of them."""


def bundle(version: str) -> str:
    """Return the path of the full bundle of a version, as the cluster's file names it."""
    return f"{BUNDLES}/gke-onprem-vsphere-{version}-full.tgz"


@dataclass(frozen=True)
class Site:
    """The workstation of an environment and what can be reached from it."""

    env: Environment

    @property
    def folder(self) -> str:
        """The folder of the workstation that holds the rendered files and the kubeconfigs."""
        return HOME

    @property
    def login(self) -> str:
        """Whom to log in as, and where: the workstation's address, or its name where DHCP gives the address."""
        workstation = self.env.onprem.workstation
        return f"{LOGIN}@{workstation.address or workstation.name}"

    @property
    def rendered(self) -> str:
        """Where `./hybrid render` writes on the machine with the checkout, below the project's root."""
        return f".rendered/{self.env.name}"

    @property
    def stack_file(self) -> str:
        """The stack file, below the project's root."""
        return self.env.source.file

    @property
    def project(self) -> str:
        """The id of the cluster and fleet project."""
        return self.env.facts.projects.cluster.id

    @property
    def region(self) -> str:
        """The location of clusters and memberships."""
        return self.env.organisation.region

    @property
    def at(self) -> str:
        """The flags that say where in Google Cloud."""
        return f"--project={self.project} --location={self.region}"

    @staticmethod
    def kubeconfig(admin: AdminCluster) -> str:
        """Return the kubeconfig of an admin cluster."""
        return f"{admin.name}-kubeconfig"

    @staticmethod
    def user_kubeconfig(cluster: UserCluster) -> str:
        """Return the kubeconfig of a user cluster."""
        return f"{cluster.id}-kubeconfig"

    @staticmethod
    def config(cluster: AdminCluster | UserCluster) -> str:
        """Return the gkectl file of a cluster."""
        if isinstance(cluster, AdminCluster):
            return path_of(ADMIN_CLUSTER, cluster.name)
        return path_of(USER_CLUSTER, cluster.name)

    @staticmethod
    def credentials() -> str:
        """Return the credentials file."""
        return path_of(CREDENTIALS)

    def gkectl(self, words: str, admin: AdminCluster, *more: str) -> str:
        """Return a gkectl command that talks to an admin cluster."""
        return " ".join([f"gkectl {words} --kubeconfig {self.kubeconfig(admin)}", *more])

    def kubectl(self, admin: AdminCluster, words: str) -> str:
        """Return a kubectl command in an admin cluster."""
        return f"kubectl --kubeconfig {self.kubeconfig(admin)} {words}"

    def context(self, cluster: UserCluster) -> str:
        """Return the kubeconfig context of a user cluster, through the Connect gateway."""
        return self.member(cluster).context

    def through_gateway(self, cluster: UserCluster, words: str) -> str:
        """Return a kubectl command in a user cluster, through the Connect gateway."""
        return f"kubectl --context {self.context(cluster)} {words}"

    def get_credentials(self, membership: str) -> str:
        """Return the command that writes the context of a member."""
        return f"gcloud container fleet memberships get-credentials {membership} {self.at}"

    def member(self, cluster: AdminCluster | UserCluster | GkeCluster) -> Member:
        """Return a cluster as a member of the fleet."""
        members = admin_members(self.env) if isinstance(cluster, AdminCluster) else planned_members(self.env)
        return next(each for each in members if each.cluster == cluster.name)

    def members(self) -> tuple[Member, ...]:
        """Return every cluster that teams may be in, as a member of the fleet."""
        return tuple(planned_members(self.env))

    def admin_of(self, cluster: UserCluster) -> AdminCluster:
        """Return the admin cluster of a user cluster. Raises `RunbookError` where the file has none of that name."""
        for admin in self.env.onprem.admin_clusters:
            if admin.name == cluster.admin_cluster:
                return admin
        raise RunbookError(
            f"{cluster.name} names admin cluster {cluster.admin_cluster}, which {self.stack_file} does not have; "
            "./hybrid check says where"
        )

    def users_of(self, admin: AdminCluster) -> tuple[UserCluster, ...]:
        """Return the user clusters of an admin cluster, by name."""
        found = (each for each in self.env.onprem.user_clusters if each.admin_cluster == admin.name)
        return tuple(sorted(found, key=lambda each: each.name))

    # Steps that many runbooks share.

    def log_in(self) -> Step:
        """Return the step that opens the workstation, in a session that outlives the connection."""
        workstation = self.env.onprem.workstation
        return Step(
            kind=Kind.COMMAND,
            text=f"Log in to the workstation {workstation.name}, in a session that outlives a lost connection. All "
            f"commands of gkectl run in {self.folder}, and the files they name lie there.",
            commands=(f"ssh -t {self.login} tmux new-session -A -s {SCREEN} -c {self.folder}",),
            expect=f"a prompt in {self.folder}",
        )

    def deliver(self, what: str = "the files of gkectl") -> Step:
        """Return the step that renders the files and brings them to the workstation."""
        return Step(
            kind=Kind.COMMAND,
            text=f"In the checkout, render {what} from the stack file, and bring that to the workstation. The "
            "credentials file there is filled in already; it is not overwritten.",
            commands=(
                f"./hybrid render {self.env.name}",
                f"rsync --recursive --itemize-changes --exclude={self.credentials()} {self.rendered}/ "
                f"{self.login}:{self.folder}/",
                f"rsync --ignore-existing {self.rendered}/{self.credentials()} {self.login}:{self.folder}/",
            ),
            expect="the list of files that differ is the one of the reviewed change",
            undo="render the commit before, and bring that over",
        )

    def refresh(self, expect: str) -> Step:
        """Return the step that lets the state follow what gkectl has done."""
        return Step(
            kind=Kind.UP,
            text="Let Pulumi's state follow what was done past it. A refresh looks, and changes no cluster.",
            commands=(
                f"pulumi refresh -s {self.env.name}",
                f"pulumi preview -s {self.env.name} --diff --expect-no-changes",
            ),
            expect=expect,
            takes=Takes(5, JUDGED),
        )


def secret(reference: SecretReference, *, to: str = "") -> str:
    """Return the command that fetches a secret: to a file of the owner's alone, or to where it is called."""
    project, name = reference.removeprefix("sm://").split("/", 1)
    out = f" --out-file={to}" if to else ""
    return f"gcloud secrets versions access latest --project={project} --secret={PurePosixPath(name).name}{out}"
