"""The strict recorder: the real program, run without an engine, and what it registered.

It answers inputs and nothing else, refuses what the engine would refuse, and keeps what mocks hide: providers, options,
parents and URNs.
"""

from operations.record.monitor import DuplicateUrnError, UnansweredError
from operations.record.places import Claim
from operations.record.recorder import record
from operations.record.recording import Recording
from operations.record.registered import Invoked, Options, Recorded, Timeouts
from operations.record.values import UNKNOWN, Secret, Unknown, Value

__all__ = [
    "UNKNOWN",
    "Claim",
    "DuplicateUrnError",
    "Invoked",
    "Options",
    "Recorded",
    "Recording",
    "Secret",
    "Timeouts",
    "UnansweredError",
    "Unknown",
    "Value",
    "record",
]
