"""What one namespace may use, and what its containers are taken to ask for, as Kubernetes writes it (J212)."""

from __future__ import annotations

from pulumi_kubernetes.core import v1 as core

from model.planning.access.quotas import QuotaPlan


def quota_spec(plan: QuotaPlan) -> core.ResourceQuotaSpecArgs:
    """Return what all pods of the namespace may ask for together."""
    return core.ResourceQuotaSpecArgs(
        hard={
            "requests.cpu": f"{plan.milli_cpu}m",
            "requests.memory": f"{plan.memory_mib}Mi",
            "pods": str(plan.pods),
        }
    )


def request_spec(plan: QuotaPlan) -> core.LimitRangeSpecArgs:
    """Return what a container is taken to ask for where it says nothing."""
    return core.LimitRangeSpecArgs(
        limits=[
            core.LimitRangeItemArgs(
                type="Container",
                default_request={
                    "cpu": f"{plan.milli_cpu_by_default}m",
                    "memory": f"{plan.memory_mib_by_default}Mi",
                },
            )
        ]
    )
