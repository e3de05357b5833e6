"""Reading files without Python's collector of circles.

What is read is kept, so there is nothing for the collector to find; yet it looks through everything again and again
while that grows, which is three quarters of the time that a thousand team files take.
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Generator[None]:
    """Leave circles of objects alone for a while; what no longer has a reference is freed at once all the same."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
