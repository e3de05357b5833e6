"""Scripted pull requests over the sample organisation: the edits, and what a review has to say of them.

One more is one more entry, and its page: HYBRID_GOLDEN=write writes tests/fixtures/reviews/<name>.md, to be read before
it is kept. A function edits a file's text, so that what the sample says elsewhere does not matter.
"""

from __future__ import annotations

from typing import Final

from tests.engine import pull_requests_dev, pull_requests_prod, pull_requests_sandbox

PULL_REQUESTS: Final = (
    *pull_requests_sandbox.PULL_REQUESTS,
    *pull_requests_dev.PULL_REQUESTS,
    *pull_requests_prod.PULL_REQUESTS,
)
