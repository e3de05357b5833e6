"""Roles that the program gives to machines of the platform, beside those of the files."""

from __future__ import annotations

from typing import Final

OWN_ROLES: Final = frozenset(
    {
        "roles/artifactregistry.reader",
        "roles/compute.networkUser",
        "roles/container.hostServiceAgentUser",
        "roles/logging.logWriter",
        "roles/monitoring.metricWriter",
        "roles/monitoring.viewer",
    }
)
"""On projects: nodes write logs and metrics and read images, GKE's agents use the shared network. Nobody may claim one
for people alone (F2)."""
