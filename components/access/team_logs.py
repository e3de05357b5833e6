"""A team's log bucket, what comes to it, and the view through which the team reads it."""

from __future__ import annotations

from typing import ClassVar

import pulumi
from pulumi_gcp import logging

from components.component import Component
from model.planning.access.logs import VIEW, TeamLogsPlan


class TeamLogs(Component):
    """A bucket in the cluster project, a sink that sorts the team's entries into it, and a view of the bucket.

    `plan`   the bucket.
    `after`  the logging API of the project.

    Who reads the view is a grant like any other, with a condition on its name. A sink into a bucket of its own project
    needs no role (https://docs.cloud.google.com/logging/docs/export/configure_export_v2). The bucket outlives the
    team's record: what it holds is kept until its days are over.

    Output: `view`, the view's full name.
    """

    token: ClassVar[str] = "hybrid:access:TeamLogs"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        plan: TeamLogsPlan,
        after: pulumi.Resource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        slug = plan.team.slug
        bucket = logging.ProjectBucketConfig(
            self.named("bucket"),
            bucket_id=plan.bucket_id,
            project=plan.project,
            location=plan.location,
            retention_days=plan.retention_days,
            description=f"What the namespaces of {slug} log",
            opts=self.child(after=[after], retain=True),
        )
        logging.ProjectSink(
            self.named("sink"),
            name=plan.bucket_id,
            project=plan.project,
            destination=f"logging.googleapis.com/{plan.bucket}",
            filter=plan.sink_filter,
            description=f"What the namespaces of {slug} log, for its own bucket",
            unique_writer_identity=True,
            opts=self.child(after=[bucket]),
        )
        logging.LogView(
            self.named("view"),
            name=VIEW,
            bucket=plan.bucket,
            filter=plan.view_filter,
            description=f"For {slug} alone",
            opts=self.child(after=[bucket]),
        )
        self.view: str = plan.view
        self.register_outputs({"view": self.view})
