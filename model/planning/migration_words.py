"""Commands and steps that migrations share. Files lie on the workstation as `./hybrid render` writes them."""

from __future__ import annotations

from dataclasses import dataclass

from model.config.onprem_cluster import UserCluster
from model.estate import Environment
from model.planning.migration_shapes import Step
from model.rendering import pages
from model.rendering.files import ADMIN_CLUSTER, USER_CLUSTER, path_of


@dataclass(frozen=True, slots=True)
class Words:
    """The commands for an admin cluster of an environment and what it manages."""

    env: Environment
    admin: str

    @property
    def kubeconfig(self) -> str:
        """The admin cluster's kubeconfig in the workstation's home."""
        return f"{self.admin}-kubeconfig"

    @property
    def render(self) -> str:
        """The command that writes the files after an edit."""
        return f"./hybrid render {self.env.name}"

    def update_cluster(self, cluster: UserCluster, *, render: bool = True) -> tuple[str, ...]:
        """Return the commands that bring an edit of the stack file to a user cluster."""
        config = path_of(USER_CLUSTER, cluster.name)
        update = f"gkectl update cluster --kubeconfig {self.kubeconfig} --config {config}"
        return (self.render, update) if render else (update,)

    def update_admin(self) -> tuple[str, ...]:
        """Return the commands that bring an edit of the stack file to the admin cluster."""
        config = path_of(ADMIN_CLUSTER, self.admin)
        return (self.render, f"gkectl update admin --kubeconfig {self.kubeconfig} --config {config}")

    def diagnose(self, cluster: UserCluster | None = None) -> str:
        """Return the command that looks at a user cluster, or at the admin cluster."""
        whose = f" --cluster-name {cluster.id}" if cluster is not None else ""
        return f"gkectl diagnose cluster --kubeconfig {self.kubeconfig}{whose}"

    def in_admin(self, words: str) -> str:
        """Return a kubectl command in the admin cluster."""
        return f"kubectl --kubeconfig {self.kubeconfig} {words}"

    @staticmethod
    def in_user(cluster: UserCluster, words: str) -> str:
        """Return a kubectl command in a user cluster."""
        return f"kubectl --kubeconfig {cluster.id}-kubeconfig {words}"

    def auto_repair(self, *, on: bool) -> Step:
        """Return the step that switches repair of the admin cluster's nodes: it would bring back what is taken away."""
        return Step(
            f"Switch auto-repair of {self.admin} {'on again' if on else 'off'}",
            "nodes are watched again" if on else "it would repair the nodes that the migration powers off",
            edits=(f"{self.admin}: auto_repair: {'true' if on else 'false'}",),
            commands=self.update_admin(),
            expect="the update ends within minutes: no node is made anew",
            source=pages.MIGRATE_USER,
        )
