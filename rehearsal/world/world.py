"""The objects of one environment's simulated clouds."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path as FilePath
from typing import Any, Final

from rehearsal.inventory import Inventory
from rehearsal.values import Properties, Secret, Value, reveal
from rehearsal.world.index import Index, Indexes
from rehearsal.world.record import Key, Path, Record
from rehearsal.world.seal import MARK, Seal, is_sealed
from rehearsal.world.store import Store

START: Final = datetime(2026, 1, 1, tzinfo=UTC)


class World:
    """Everything that exists, by type and id; safe to use from several threads.

    `path` is the JSON file it is kept in (None: nowhere). `seed` decides every generated value (numeric ids, addresses,
    fingerprints, random passwords): the same seed and names give the same values. `start` is the time of a new world's
    first second; each change takes one more.

    Secrets are kept as fingerprints (`rehearsal.world.seal`). Their text stays in memory while this process lives, so
    that a lookup of a secret that was just written answers; a later process no longer can.

    With `reading` nothing is locked, made or changed, and a change is refused: for a look at what exists while another
    process may be writing.

    Raises `WorldInUseError` when another process has the file open, `WorldUnreadableError` when it is not a world or is
    damaged, `WorldMissingError` when there is none to read.
    """

    def __init__(
        self, path: FilePath | None = None, *, seed: str = "world", start: datetime = START, reading: bool = False
    ) -> None:
        self._lock = threading.RLock()
        self._objects: dict[str, dict[Key, Record]] = {}
        self._indexes = Indexes()
        self._count = 0
        self._seeded: set[Key] = set()
        self._remembered: dict[str, Value] = {}
        self._store = Store(path, reading=reading)
        base, changes = self._store.open()
        self.seed_text: str = seed
        self._start = start
        self._seconds = 0
        self._order = 0
        self._salt = secrets.token_hex(16)
        self.inventory: Inventory = Inventory()
        try:
            self._take_up(base)
            for change in changes:
                self._replay(change)
        except (KeyError, TypeError, ValueError) as error:
            self._store.close()
            raise self._store.unreadable(error) from error
        self._seal = Seal(self._salt)
        if not base and not changes and not reading:
            self._append({"salt": self._salt, "seed": self.seed_text, "start": self._start.isoformat()})

    # Reading

    def objects(self, type: str, *, place: str | None = None) -> list[Record]:  # noqa: A002  the field's own word
        """Return the objects of a type token, oldest first; `place` narrows it to one cluster."""
        with self._lock:
            found = list(self._objects.get(type, {}).values())
        return [record for record in found if place is None or record.place == place]

    def found(self, index: Index, type: str, key: str) -> list[Record]:  # noqa: A002  the field's own word
        """Return the objects of a type that an index has under `key`, oldest first, however many there are besides."""
        with self._lock:
            return self._indexes.find(index, type, key, self._objects.get(type, {}).values())

    def types(self) -> list[str]:
        """Return the type tokens of which there are objects."""
        with self._lock:
            return [type_ for type_, held in self._objects.items() if held]

    def get(self, type: str, id: str, *, place: str = "") -> Record | None:  # noqa: A002  the field's own words
        """Return one object, or None."""
        with self._lock:
            return self._objects.get(type, {}).get((type, place, id))

    def all(self) -> list[Record]:
        """Return every object, oldest first."""
        with self._lock:
            records = [record for held in self._objects.values() for record in held.values()]
        return sorted(records, key=lambda record: record.order)

    def __len__(self) -> int:
        return self._count

    # Changing

    @contextmanager
    def held(self) -> Generator[None]:
        """Keep every other thread out: a rule and the change that it allows are one step."""
        with self._lock:
            yield

    def put(self, record: Record) -> Record:
        """Keep `record`, new or in place of the one with its key, and return it as kept (sealed, numbered, dated)."""
        with self._lock:
            self._remember(record.inputs)
            self._remember(record.outputs)
            old = self._objects.get(record.type, {}).get(record.key)
            self._seconds += 1
            if old is None:
                self._order += 1
            kept = replace(
                record,
                inputs=self._sealed(record.inputs),
                outputs=self._sealed(record.outputs),
                order=self._order if old is None else old.order,
                created=record.created or (self.now() if old is None else old.created),
            )
            self._append({"put": kept.to_json()})
            self._hold(kept)
            self._fold_what_has_grown()
            return kept

    def remove(self, type: str, id: str, *, place: str = "") -> Record:  # noqa: A002  the field's own words
        """Take an object out of the world and return it. Raises `KeyError` if there is none."""
        with self._lock:
            key = (type, place, id)
            record = self._objects.get(type, {}).get(key)
            if record is None:
                raise KeyError(f"there is no {type} {id!r}" + (f" in {place}" if place else ""))
            self._seconds += 1
            self._append({"drop": key})
            self._drop(key)
            self._fold_what_has_grown()
            return record

    def edit(self, type: str, id: str, path: Path, value: Value, *, place: str = "") -> Record:  # noqa: A002  as above
        """Set one property as a person would in the console; a refresh sees it. Raises `KeyError` for no object."""
        with self._lock:
            record = self.get(type, id, place=place)
            if record is None:
                raise KeyError(f"there is no {type} {id!r} to edit" + (f" in {place}" if place else ""))
            return self.put(record.edited(path, value))

    def seed(self, inventory: Inventory) -> None:
        """Say what exists before the program runs.

        The inventory replaces the one before. Its existing objects are put in once for the life of the world, so one
        that was deleted since does not come back; what the provider computes for them is filled in by `Clouds`.
        """
        with self._lock:
            if inventory != self.inventory:
                self._append({"inventory": inventory.to_json()})
                self.inventory = inventory
            for existing in inventory.existing:
                record = Record(existing.type, existing.id, dict(existing.inputs), place=existing.place)
                if record.key in self._seeded:
                    continue
                self._append({"seeded": record.key})
                self._seeded.add(record.key)
                if self.get(record.type, record.id, place=record.place) is None:
                    self.put(record)

    def sync(self) -> None:
        """Push what was written to the disk itself; for the moments before something is meant to go wrong."""
        with self._lock:
            self._store.sync()

    def close(self) -> None:
        """Fold the journal into the file and let go of it."""
        with self._lock:
            self._store.fold(self.contents())
            self._store.close()

    # Secrets

    def unsealed(self, values: Properties, known: Properties) -> Properties:
        """Return `values` with its secrets, where `known` (the engine's copy) has the same ones."""
        return self._seal.unseal_all(values, known)

    def recall(self, value: Value) -> Value:
        """Return the text of a sealed secret that this process has seen, or None."""
        if is_sealed(value) and isinstance(value, Mapping):
            return self._remembered.get(str(value[MARK]))
        return reveal(value)

    def same_secret(self, sealed: Value, plain: Value) -> bool:
        """Say whether a sealed value is the secret `plain`."""
        return isinstance(sealed, Mapping) and sealed.get(MARK) == self._seal.fingerprint(plain)

    # Generated values

    def now(self) -> str:
        """Return the world's time, RFC 3339 in UTC."""
        return (self._start + timedelta(seconds=self._seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def digest(self, *parts: str) -> str:
        """Return 64 hex digits that depend on the seed and `parts` alone."""
        return hashlib.sha256("\x1f".join((self.seed_text, *parts)).encode()).hexdigest()

    def number(self, *parts: str, digits: int = 19) -> str:
        """Return a number of exactly `digits` digits, as text, that depends on the seed and `parts` alone."""
        low = 10 ** (digits - 1)
        return str(low + int(self.digest(*parts), 16) % (9 * low))

    # Inside

    def _hold(self, record: Record) -> None:
        held = self._objects.setdefault(record.type, {})
        old = held.get(record.key)
        self._count += old is None
        held[record.key] = record
        self._indexes.put(record, old)

    def _sealed(self, values: Properties) -> Properties:
        return {key: self._seal.seal(item) for key, item in values.items()}

    def _remember(self, value: Value) -> None:
        if isinstance(value, Secret):
            plain = reveal(value)
            self._remembered[self._seal.fingerprint(plain)] = plain
        elif isinstance(value, Mapping):
            for item in value.values():
                self._remember(item)
        elif isinstance(value, list):
            for item in value:
                self._remember(item)

    def _drop(self, key: Key) -> None:
        record = self._objects.get(key[0], {}).pop(key, None)
        if record is not None:
            self._count -= 1
            self._indexes.drop(record)

    def _append(self, change: dict[str, Any]) -> None:
        # Before memory changes: what could not be written did not happen.
        self._store.append({**change, "s": self._seconds, "o": self._order})

    def _fold_what_has_grown(self) -> None:
        if self._store.outgrown(self._count):
            self._store.fold(self.contents())

    def _take_up(self, base: Mapping[str, Any]) -> None:
        self.seed_text = str(base.get("seed", self.seed_text))
        if "start" in base:
            self._start = datetime.fromisoformat(str(base["start"]))
        self._seconds = int(base.get("seconds", 0))
        self._order = int(base.get("order", 0))
        self._salt = str(base.get("salt") or self._salt)
        self.inventory = Inventory.from_json(base.get("inventory", {}))
        for data in base.get("objects", []):
            self._hold(Record.from_json(data))
        self._seeded = {_key(key) for key in base.get("seeded", [])}

    def _replay(self, change: Mapping[str, Any]) -> None:
        self._seconds = int(change.get("s", self._seconds))
        self._order = int(change.get("o", self._order))
        if "put" in change:
            self._hold(Record.from_json(change["put"]))
        elif "drop" in change:
            self._drop(_key(change["drop"]))
        elif "inventory" in change:
            self.inventory = Inventory.from_json(change["inventory"])
        elif "seeded" in change:
            self._seeded.add(_key(change["seeded"]))
        elif "seed" in change:
            self._salt = str(change["salt"])
            self.seed_text = str(change["seed"])
            self._start = datetime.fromisoformat(str(change["start"]))

    def contents(self) -> dict[str, Any]:
        """Return the whole world as it stands in its file, secrets as fingerprints."""
        return {
            "seed": self.seed_text,
            "salt": self._salt,
            "start": self._start.isoformat(),
            "seconds": self._seconds,
            "order": self._order,
            "inventory": self.inventory.to_json(),
            "seeded": sorted(self._seeded),
            "objects": [record.to_json() for record in self.all()],
        }


def _key(data: Sequence[str]) -> Key:
    kind, place, id_ = data
    return (str(kind), str(place), str(id_))
