"""The world of one environment: what exists in its simulated clouds, kept between runs.

`World` is the whole interface; `Record` is one object in it.
"""

from rehearsal.world.errors import WorldError, WorldInUseError, WorldMissingError, WorldUnreadableError
from rehearsal.world.index import Index
from rehearsal.world.record import Record
from rehearsal.world.world import World

__all__ = ["Index", "Record", "World", "WorldError", "WorldInUseError", "WorldMissingError", "WorldUnreadableError"]
