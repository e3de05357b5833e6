"""Namespaces, quotas and roles in one cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta import v1 as meta
from pulumi_kubernetes.rbac import v1 as rbac

from components.access.labels import team_labels
from components.access.quota import quota_spec, request_spec
from components.component import Component
from components.setting import Setting
from model.estate import Environment
from model.planning.access.quotas import QuotaPlan, quotas
from model.planning.access.scopes import settings
from model.planning.grants import ClusterGrantPlan, Grants, TeamNamespace, local_part
from model.planning.members import Member, MemberKind

RBAC: Final = "rbac.authorization.k8s.io"
CONNECT_NAMESPACE: Final = "gke-connect"
CONNECT_AGENT: Final = "connect-agent-sa"


class ClusterAccess(Component):
    """The teams' namespaces and their quotas, and the cluster roles of groups and of the program's own accounts.

    `environment`  the environment.
    `member`       the cluster as a member of the fleet.
    `grants`       everything that is granted in the environment; what is another cluster's is left out here.
    `cluster`      the cluster itself, where the program manages it: deleting it takes all of this along.
    `provider`     the way to its Kubernetes API.

    Outputs: `namespaces`, the names of the teams' namespaces.
    """

    token: ClassVar[str] = "hybrid:access:ClusterAccess"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        member: Member,
        grants: Grants,
        cluster: pulumi.Resource | None,
        provider: kubernetes.Provider,
    ) -> None:
        super().__init__(name, pulumi.ResourceOptions(providers=[provider]))
        self._environment = environment
        self._member = member
        self._cluster = cluster
        made = {
            namespace.name: self._namespace(namespace)
            for namespace in sorted(grants.namespaces, key=lambda each: each.name)
            if namespace.cluster == member.cluster
        }
        for plan in quotas(environment, [each for each in grants.namespaces if each.cluster == member.cluster]):
            self._limit(plan, made[plan.namespace.name])
        for grant in sorted(grants.clusters, key=lambda each: each.key):
            if grant.cluster == member.cluster and grant.scope is None:  # the fleet makes those of its scopes
                self._bind(grant, made)
        for role in sorted({each.role for each in grants.clusters if each.cluster == member.cluster and each.scope}):
            self._custom_role(role)
        self.namespaces: list[str] = list(made)
        self.register_outputs({"namespaces": self.namespaces})

    def _namespace(self, namespace: TeamNamespace) -> core.Namespace:
        return core.Namespace(
            self.named("namespace", namespace.name),
            metadata=meta.ObjectMetaArgs(name=namespace.name, labels=self._labels(namespace.team)),
            # It outlives the team's record: what runs in it needs an owner before it goes.
            opts=self.child(deleted_with=self._cluster, retain=True),
        )

    def _limit(self, plan: QuotaPlan, namespace: core.Namespace) -> None:
        """Hold a namespace to its quota.

        With a quota a pod without requests is refused, so containers that state none get the namespace's average
        (https://kubernetes.io/docs/concepts/policy/resource-quotas/).
        """
        metadata = meta.ObjectMetaArgs(
            name=f"{self._environment.organisation.platform}-team",
            namespace=plan.namespace.name,
            labels=self._labels(plan.namespace.team),
        )
        opts = self.child(deleted_with=self._cluster, after=[namespace])
        core.ResourceQuota(
            self.named("quota", plan.namespace.name), metadata=metadata, spec=quota_spec(plan), opts=opts
        )
        core.LimitRange(
            self.named("requests", plan.namespace.name), metadata=metadata, spec=request_spec(plan), opts=opts
        )

    def _labels(self, slug: str) -> dict[str, str]:
        return team_labels(self._environment, self._environment.teams[slug])

    def _bind(self, grant: ClusterGrantPlan, namespaces: Mapping[str, core.Namespace]) -> None:
        key = grant.key.removeprefix(f"{grant.cluster}-")
        role = rbac.RoleRefArgs(api_group=RBAC, kind="ClusterRole", name=grant.role)
        subject = rbac.SubjectArgs(api_group=RBAC, kind=grant.kind, name=grant.principal)
        metadata = meta.ObjectMetaArgs(
            name=f"{self._environment.organisation.platform}-{key}",
            namespace=grant.namespace,
            labels=dict(Setting.of(self._environment).labels),
            annotations={self._reason_key: grant.reason},
        )
        if grant.namespace is None:
            rbac.ClusterRoleBinding(
                self.named(key),
                metadata=metadata,
                role_ref=role,
                subjects=[subject],
                opts=self.child(deleted_with=self._cluster),
            )
            if self._needs_impersonation(grant):
                self._impersonate(grant.principal)
            return
        rbac.RoleBinding(
            self.named(key),
            metadata=metadata,
            role_ref=role,
            subjects=[subject],
            opts=self.child(deleted_with=self._cluster, after=[namespaces[grant.namespace]]),
        )

    def _custom_role(self, role: str) -> None:
        """Make a role that scopes use and Kubernetes does not have: the fleet binds it and makes none (E15)."""
        custom = settings(self._environment).custom_roles.get(role)
        if custom is None:
            return
        rbac.ClusterRole(
            self.named("role", role),
            metadata=meta.ObjectMetaArgs(
                name=role,
                labels=dict(Setting.of(self._environment).labels),
                annotations={self._reason_key: custom.reason},
            ),
            rules=[
                rbac.PolicyRuleArgs(
                    api_groups=list(rule.groups), resources=list(rule.resources), verbs=list(rule.verbs)
                )
                for rule in custom.rules
            ],
            opts=self.child(deleted_with=self._cluster),
        )

    @property
    def _reason_key(self) -> str:
        organisation = self._environment.organisation
        return f"{organisation.platform}.{organisation.domain}/reason"

    def _needs_impersonation(self, grant: ClusterGrantPlan) -> bool:
        """Say whether the cluster's Connect agent must be told that it may speak for the principal.

        On-prem the agent impersonates the caller and may do so for those named only (E32); the gateway sees to groups
        (E33), and the cluster's own administrators are named when it is made (B53). GKE needs none of it.
        """
        apply_account = self._environment.organisation.deployers.apply.format(environment=self._environment.name)
        return self._member.kind is not MemberKind.GKE and grant.kind == "User" and grant.principal != apply_account

    def _impersonate(self, principal: str) -> None:
        name = f"gateway-impersonate-{local_part(principal)}"
        role = rbac.ClusterRole(
            self.named("impersonate", local_part(principal)),
            metadata=meta.ObjectMetaArgs(name=name),
            rules=[
                rbac.PolicyRuleArgs(
                    api_groups=[""], resources=["users"], verbs=["impersonate"], resource_names=[principal]
                )
            ],
            opts=self.child(deleted_with=self._cluster),
        )
        rbac.ClusterRoleBinding(
            self.named("impersonation", local_part(principal)),
            metadata=meta.ObjectMetaArgs(name=name),
            role_ref=rbac.RoleRefArgs(api_group=RBAC, kind="ClusterRole", name=name),
            subjects=[
                rbac.SubjectArgs(kind="ServiceAccount", name=CONNECT_AGENT, namespace=CONNECT_NAMESPACE),
            ],
            opts=self.child(deleted_with=self._cluster, after=[role]),
        )
