"""The simulated kubernetes provider: every kind of the installed SDK, in clusters behind the Connect gateway."""

from rehearsal.providers.kubernetes.provider import Kubernetes

__all__ = ["Kubernetes"]
