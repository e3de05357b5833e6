"""The files of a world: what a kill, a full disk and damage do to them; keeping a world, bringing it back, comparing.

Worlds here are made by hand, without an engine; `tests/engine` has the real ones.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from operations.project import ROOT
from operations.rehearse import world_files, worlds
from rehearsal.inventory import Inventory, Project
from rehearsal.values import Secret
from rehearsal.world import Record, World, WorldError, WorldInUseError, WorldMissingError, WorldUnreadableError
from rehearsal.world.comparing import compare
from rehearsal.world.store import claimed

NETWORK = "gcp:compute/network:Network"
TUNNEL = "gcp:compute/vPNTunnel:VPNTunnel"
FOLDER = "vsphere:index/folder:Folder"


def network(name: str, mtu: int = 1460) -> Record:
    return Record(NETWORK, f"global/{name}", {"name": name, "mtu": mtu}, {"name": name, "mtu": mtu})


def killed(world: World) -> None:
    """End the world as a killed process does: no folding, no farewell."""
    world._store.close()


def contents(path: Path) -> dict[str, Any]:
    return World(path, reading=True).contents()


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(".lock")}


WRONG_CONTENTS: list[dict[str, object]] = [
    {"objects": [{"type": "t"}]},
    {"objects": [{**network("a").to_json(), "inputs": []}]},
    {"objects": 3},
    {"inventory": {"projects": 1}},
    {"seconds": "soon"},
    {"start": "yesterday"},
    {"seeded": [["a"]]},
    {"number": None},
]


class TestAKilledProcess:
    """What was acknowledged is there afterwards, wherever the process was; else the world is refused by name."""

    def test_a_journal_cut_at_any_byte_of_its_last_lines_opens_with_all_that_was_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "world.json"
        world = World(path, seed="dev")
        for name in "abcd":
            world.put(network(name))
        killed(world)
        journal = tmp_path / "world.json.journal"
        whole = journal.read_bytes()
        lines = whole.splitlines(keepends=True)
        for length in range(len(b"".join(lines[:-2])), len(whole) + 1):
            journal.write_bytes(whole[:length])
            acknowledged = whole[:length].count(b"\n") - 1  # the first line has the seed
            again = World(path)
            assert [record.text("name") for record in again.all()] == list("abcd"[:acknowledged]), length
            again.put(network("z"))
            killed(again)
            last = World(path)
            assert last.objects(NETWORK)[-1].text("name") == "z"
            killed(last)

    def test_a_process_killed_at_any_moment_leaves_every_change_that_it_acknowledged(self, tmp_path: Path) -> None:
        """The writer says each number after the change; folds happen all along, since it changes few objects often."""
        writer = (
            "import sys; from pathlib import Path; from rehearsal.world import Record, World\n"
            "world = World(Path(sys.argv[1]))\n"
            "n = max((int(r.inputs['n']) for r in world.all()), default=0)\n"
            "while True:\n"
            "    n += 1\n"
            "    world.put(Record('t', str(n % 7), {'n': n}))\n"
            "    sys.stdout.write(f'{n}\\n'); sys.stdout.flush()\n"
        )
        path = tmp_path / "world.json"
        reached = 0
        for seconds in (0.0, 0.003, 0.02, 0.05, 0.11, 0.23):
            process = subprocess.Popen(
                [sys.executable, "-c", writer, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
            )
            assert process.stdout is not None
            first = int(process.stdout.readline())
            assert first == reached + 1 or first == reached + 2  # one more may have been written and not yet said
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)
            said = [first, *(int(line) for line in process.stdout.read().split("\n")[:-1])]
            process.stdout.close()
            process.wait()
            numbers = [record.inputs["n"] for record in World(path, reading=True).all()]
            reached = max(number for number in numbers if isinstance(number, int))
            assert reached in {said[-1], said[-1] + 1}
        assert reached > 1000  # so that the journal was folded more than once

    def test_a_half_written_new_file_is_no_hindrance(self, tmp_path: Path) -> None:
        world = World(tmp_path / "world.json")
        world.put(network("a"))
        killed(world)
        (tmp_path / "world.json.new").write_text('{"format": 1, "obj')
        again = World(tmp_path / "world.json")
        assert len(again) == 1
        again.close()
        assert len(World(tmp_path / "world.json", reading=True)) == 1

    def test_two_worlds_written_at_once_do_not_disturb_each_other(self, tmp_path: Path) -> None:
        writer = (
            "import sys; from pathlib import Path; from rehearsal.world import Record, World\n"
            "world = World(Path(sys.argv[1]) / 'world.json')\n"
            "for n in range(800): world.put(Record('t', f'{sys.argv[2]}{n % 50}', {'n': n}))\n"
            "world.close()\n"
        )
        arguments = [[sys.executable, "-c", writer, str(tmp_path / name), name] for name in ("dev", "test")]
        processes = [subprocess.Popen(words, cwd=ROOT) for words in arguments]
        assert [process.wait() for process in processes] == [0, 0]
        for name in ("dev", "test"):
            found = World(tmp_path / name / "world.json", reading=True).all()
            assert sorted(record.id for record in found) == sorted(f"{name}{n}" for n in range(50))
            assert sorted(str(record.inputs["n"]) for record in found) == [str(n) for n in range(750, 800)]


class TestDamage:
    """A damaged file is refused by name, and is still there to be looked at or restored."""

    def damaged(self, folder: Path) -> None:
        before = files(folder)
        with pytest.raises(WorldUnreadableError, match=r"world\.json") as caught:
            World(folder / "world.json")
        assert "\n" not in str(caught.value)
        assert files(folder) == before
        with pytest.raises(WorldUnreadableError):
            World(folder / "world.json", reading=True)
        with claimed(folder / "world.json"):
            pass  # a refused world is not left locked

    def test_a_file_cut_anywhere_is_refused(self, tmp_path: Path) -> None:
        world = World(tmp_path / "world.json")
        world.put(network("a"))
        world.close()
        whole = (tmp_path / "world.json").read_bytes()
        for length in range(0, len(whole) - 2, 13):
            (tmp_path / "world.json").write_bytes(whole[:length])
            self.damaged(tmp_path)

    def test_a_line_in_the_middle_of_the_journal_that_is_no_change_is_refused(self, tmp_path: Path) -> None:
        world = World(tmp_path / "world.json")
        world.put(network("a"))
        world.put(network("b"))
        killed(world)
        journal = tmp_path / "world.json.journal"
        lines = journal.read_bytes().splitlines(keepends=True)
        for instead in (
            b"\0" * 40 + b"\n",
            b"[]\n",
            b'{"n": "x"}\n',
            b'{"s": 1}\n',
            b"\xff\xfe\n",
            b'{"n":2,"put":{}}\n',
        ):
            journal.write_bytes(b"".join([lines[0], instead, lines[2]]))
            self.damaged(tmp_path)

    def test_a_line_that_is_missing_from_the_journal_is_noticed(self, tmp_path: Path) -> None:
        world = World(tmp_path / "world.json")
        for name in "abc":
            world.put(network(name))
        killed(world)
        journal = tmp_path / "world.json.journal"
        lines = journal.read_bytes().splitlines(keepends=True)
        journal.write_bytes(b"".join([*lines[:2], *lines[3:]]))
        self.damaged(tmp_path)

    def test_a_journal_whose_world_is_gone_is_refused(self, tmp_path: Path) -> None:
        world = World(tmp_path / "world.json")
        world.put(network("a"))
        world.close()
        world = World(tmp_path / "world.json")
        world.put(network("b"))
        killed(world)
        (tmp_path / "world.json").unlink()
        self.damaged(tmp_path)

    @pytest.mark.parametrize(
        "change",
        WRONG_CONTENTS,
    )
    def test_a_file_of_the_right_format_with_wrong_contents_is_refused(
        self, tmp_path: Path, change: dict[str, object]
    ) -> None:
        world = World(tmp_path / "world.json")
        world.close()
        path = tmp_path / "world.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
        self.damaged(tmp_path)


class TestAFullDisk:
    """What could not be written did not happen, and what was written before stays."""

    def test_a_change_that_finds_no_room_is_refused_and_leaves_no_half_of_itself(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world = World(tmp_path / "world.json")
        world.put(network("a"))
        write = os.write

        def full(file: int, data: bytes) -> int:
            if len(data) > 20:
                return write(file, data[:20])
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(os, "write", full)
            with pytest.raises(OSError, match="No space"):
                world.put(network("b"))
            with pytest.raises(OSError, match="No space"):
                world.remove(NETWORK, "global/a")
        assert [record.text("name") for record in world.all()] == ["a"]
        world.put(network("c"))
        killed(world)
        assert [record.text("name") for record in World(tmp_path / "world.json", reading=True).all()] == ["a", "c"]

    def test_a_fold_that_finds_no_room_leaves_the_world_as_it_was(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world = World(tmp_path / "world.json")
        world.put(network("a"))
        world.close()
        world = World(tmp_path / "world.json")
        world.put(network("b"))

        def full(_file: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            with pytest.raises(OSError, match="No space"):
                world.close()
        killed(world)
        assert len(World(tmp_path / "world.json", reading=True)) == 2
        assert not (tmp_path / "world.json.new").exists()


class TestLookingAtAWorldInUse:
    """A look neither waits for a rehearsal nor changes anything."""

    def test_a_reader_sees_what_a_writer_has_acknowledged(self, tmp_path: Path) -> None:
        world = World(tmp_path / "world.json")
        world.put(network("a"))
        before = files(tmp_path)
        reader = World(tmp_path / "world.json", reading=True)
        assert reader.contents() == world.contents()
        with pytest.raises(PermissionError):
            reader.put(network("b"))
        reader.close()
        assert files(tmp_path) == before
        world.put(network("c"))
        killed(world)
        assert len(World(tmp_path / "world.json", reading=True)) == 2

    def test_a_reader_that_meets_a_fold_looks_again(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        world = World(tmp_path / "world.json")
        world.put(network("a"))
        world.close()
        world = World(tmp_path / "world.json")
        world.put(network("b"))
        read_journal: Callable[..., Any] = sys.modules["rehearsal.world.store"]._read_journal
        folded: list[bool] = []

        def late(path: Path, included: int) -> Any:
            if not folded:
                folded.append(True)
                world._store.fold(world.contents())
            return read_journal(path, included)

        monkeypatch.setattr("rehearsal.world.store._read_journal", late)
        assert len(World(tmp_path / "world.json", reading=True)) == 2
        killed(world)

    def test_where_there_is_no_world_nothing_is_made(self, tmp_path: Path) -> None:
        with pytest.raises(WorldMissingError):
            World(tmp_path / "world.json", reading=True)
        assert not list(tmp_path.iterdir())

    def test_a_second_rehearsal_is_told_which_process_has_the_world(self, tmp_path: Path) -> None:
        world = World(tmp_path / "world.json")
        with pytest.raises(WorldInUseError, match=f"open in process {os.getpid()}") as caught:
            World(tmp_path / "world.json")
        assert "\n" not in str(caught.value)
        world.close()


@pytest.fixture
def rehearsals(tmp_path: Path) -> Path:
    """Return a folder with a world of dev in it, and what an engine would have left beside it."""
    folder = tmp_path / "rehearsals"
    world = World(folder / "dev" / "world.json", seed="dev")
    world.seed(Inventory(projects={"acme-net-dev-12ab": Project("420000000001")}))
    world.put(network("varde-dev"))
    world.put(Record(TUNNEL, "t", {"name": "t", "sharedSecret": Secret("open sesame"), "labels": {"a": "b"}}))
    world.close()
    state = folder / "dev" / "engine" / "state" / ".pulumi"
    (state / "stacks" / "hybrid").mkdir(parents=True)
    (state / "meta.yaml").write_text("version: 1\n")
    (state / "stacks" / "hybrid" / "dev.json").write_text('{"checkpoint": {}}\n')
    (state / "stacks" / "hybrid" / "dev.json.bak").write_text("older\n")
    settings = folder / "dev" / "engine" / "workspace" / "Pulumi.dev.yaml"
    settings.parent.mkdir()
    settings.write_text("config:\n  hybrid:environment: {name: dev}\nencryptionsalt: v1:salt\n")
    return folder


class TestKeepingAWorld:
    """An export brings back the world together with what the engine knows of it, whole or not at all."""

    def test_what_was_exported_comes_back_with_the_engines_state(self, rehearsals: Path, tmp_path: Path) -> None:
        kept = contents(rehearsals / "dev" / "world.json")
        said = worlds.export("dev", tmp_path / "dev.export", rehearsals=rehearsals)
        assert "2 objects" in said
        assert "open sesame" not in (tmp_path / "dev.export").read_text()
        world = World(rehearsals / "dev" / "world.json")
        world.remove(TUNNEL, "t")
        world.close()
        (rehearsals / "dev" / "engine" / "state" / ".pulumi" / "stacks" / "hybrid" / "dev.json").write_text("changed")
        worlds.import_("dev", tmp_path / "dev.export", rehearsals=rehearsals)
        assert contents(rehearsals / "dev" / "world.json") == kept
        engine = rehearsals / "dev" / "engine"
        assert (engine / "state/.pulumi/stacks/hybrid/dev.json").read_text() == '{"checkpoint": {}}\n'
        assert (engine / "state/.pulumi/meta.yaml").read_text() == "version: 1\n"
        assert (engine / "workspace/Pulumi.dev.yaml").read_text() == "encryptionsalt: v1:salt\n"
        assert [path.name for path in rehearsals.iterdir()] == ["dev"]

    def test_an_import_makes_a_world_where_there_is_none(self, rehearsals: Path, tmp_path: Path) -> None:
        worlds.export("dev", tmp_path / "dev.export", rehearsals=rehearsals)
        worlds.import_("dev", tmp_path / "dev.export", rehearsals=tmp_path / "elsewhere")
        assert worlds.compare("dev", str(tmp_path / "dev.export"), rehearsals=tmp_path / "elsewhere").same

    def test_a_damaged_export_is_refused_and_changes_nothing(self, rehearsals: Path, tmp_path: Path) -> None:
        path = tmp_path / "dev.export"
        worlds.export("dev", path, rehearsals=rehearsals)
        whole = path.read_text()
        before = contents(rehearsals / "dev" / "world.json")
        for wrong in (whole[:-40], whole.replace("1460", "1500"), "", "[]", '{"sha256": 1}'):
            path.write_text(wrong)
            with pytest.raises(WorldUnreadableError, match=r"dev\.export") as caught:
                worlds.import_("dev", path, rehearsals=rehearsals)
            assert "\n" not in str(caught.value)
            assert path.read_text() == wrong
        assert contents(rehearsals / "dev" / "world.json") == before

    def test_an_export_that_would_write_elsewhere_is_refused(self, rehearsals: Path, tmp_path: Path) -> None:
        path = tmp_path / "dev.export"
        worlds.export("dev", path, rehearsals=rehearsals)
        held = json.loads(path.read_text())
        del held["sha256"]
        held["files"]["engine/../../../gotcha"] = "x"
        path.write_text(json.dumps({**held, "sha256": world_files._digest(held)}))
        with pytest.raises(WorldUnreadableError, match="gotcha"):
            worlds.import_("dev", path, rehearsals=rehearsals)

    def test_a_world_of_another_environment_is_refused(self, rehearsals: Path, tmp_path: Path) -> None:
        worlds.export("dev", tmp_path / "dev.export", rehearsals=rehearsals)
        with pytest.raises(world_files.WrongEnvironmentError, match="a world of dev"):
            worlds.import_("test", tmp_path / "dev.export", rehearsals=rehearsals)
        assert not (rehearsals / "test").exists()

    def test_an_import_that_was_killed_between_its_renames_is_taken_back(self, rehearsals: Path) -> None:
        before = contents(rehearsals / "dev" / "world.json")
        (rehearsals / "dev").rename(rehearsals / "dev.replaced")
        assert len(worlds.show("dev", rehearsals=rehearsals).records) == 2
        assert contents(rehearsals / "dev" / "world.json") == before

    def test_an_import_that_was_killed_before_it_tidied_up_does_not_hinder_the_next(
        self, rehearsals: Path, tmp_path: Path
    ) -> None:
        worlds.export("dev", tmp_path / "dev.export", rehearsals=rehearsals)
        shutil.copytree(rehearsals / "dev", rehearsals / "dev.replaced")
        (rehearsals / "dev.importing").mkdir()
        worlds.import_("dev", tmp_path / "dev.export", rehearsals=rehearsals)
        assert [path.name for path in rehearsals.iterdir()] == ["dev"]

    def test_a_world_in_use_is_neither_exported_nor_replaced_nor_forgotten(
        self, rehearsals: Path, tmp_path: Path
    ) -> None:
        worlds.export("dev", tmp_path / "dev.export", rehearsals=rehearsals)
        world = World(rehearsals / "dev" / "world.json")
        with pytest.raises(WorldInUseError):
            worlds.export("dev", tmp_path / "again.export", rehearsals=rehearsals)
        with pytest.raises(WorldInUseError):
            worlds.import_("dev", tmp_path / "dev.export", rehearsals=rehearsals)
        with pytest.raises(WorldInUseError):
            world_files.forget(rehearsals / "dev")
        world.put(network("later"))
        world.close()
        assert len(worlds.show("dev", rehearsals=rehearsals).records) == 3
        world_files.forget(rehearsals / "dev")
        assert not list(rehearsals.iterdir())


Ask = Callable[[Path], object]
WRONG_QUESTIONS: list[tuple[Ask, str]] = [
    (lambda folder: worlds.show("devv", rehearsals=folder), "did you mean 'dev'"),
    (lambda folder: worlds.show("test", rehearsals=folder), "./hybrid rehearse test makes one"),
    (lambda folder: worlds.show("dev", "tunel", rehearsals=folder), "did you mean 'VPNTunnel'"),
    (lambda folder: worlds.compare("dev", "dew", rehearsals=folder), "did you mean 'dev'"),
    (lambda folder: worlds.compare("dev", "no/such.export", rehearsals=folder), "no/such.export"),
    (lambda folder: worlds.import_("dev", Path("none.export"), rehearsals=folder), "none.export"),
]


class TestShowing:
    """What is asked of a world that is not there, or of a type that nothing has, is answered in one line."""

    def test_all_objects_are_listed_under_their_type(self, rehearsals: Path) -> None:
        shown = worlds.show("dev", rehearsals=rehearsals)
        assert f"{NETWORK} (1)" in shown.lines()
        assert shown.lines()[-1] == "2 objects in dev"
        assert [record["id"] for record in shown.as_dict()["objects"]] == ["global/varde-dev", "t"]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]  the JSON form

    def test_a_type_can_be_given_in_part_and_shows_inputs_without_secrets(self, rehearsals: Path) -> None:
        lines = worlds.show("dev", "vpntunnel", rehearsals=rehearsals).lines()
        assert any("sharedSecret: (a secret)" in line for line in lines)
        assert not any("varde-dev" in line for line in lines)

    @pytest.mark.parametrize(
        ("ask", "words"),
        WRONG_QUESTIONS,
    )
    def test_what_is_wrong_is_said_in_one_line(self, rehearsals: Path, ask: Ask, words: str) -> None:
        with pytest.raises(WorldError, match=words) as caught:
            ask(rehearsals)
        assert "\n" not in str(caught.value)


class TestComparing:
    """Two worlds of the same files are the same; a hand edit is a difference, whatever else was made up anew."""

    @staticmethod
    def made(seed: str, *, later: int = 0) -> World:
        world = World(seed=seed)
        for number in range(later):
            world.put(network(f"passing-{number}"))
            world.remove(NETWORK, f"global/passing-{number}")
        world.put(
            Record(
                NETWORK,
                "global/a",
                {"name": "a", "mtu": 1460},
                {
                    "networkId": world.number("a"),
                    "creationTimestamp": world.now(),
                    "fingerprint": world.digest("a")[:12],
                },
            )
        )
        world.put(Record(TUNNEL, "t", {"name": "t", "sharedSecret": Secret("open sesame")}))
        folder = f"group-v{world.number('folder', digits=6)}"
        world.put(Record(FOLDER, folder, {"path": "varde"}))
        world.put(Record("vsphere:index/x:X", "x", {"name": "x", "folderId": folder}))
        return world

    def test_what_the_clouds_make_up_is_no_difference(self) -> None:
        assert compare(self.made("one").contents(), self.made("two", later=5).contents()) == []

    def test_a_hand_edit_is_found_by_object_and_path(self) -> None:
        world = self.made("two")
        world.edit(NETWORK, "global/a", "mtu", 1500)
        world.put(network("b"))
        world.remove("vsphere:index/x:X", "x")
        found = compare(self.made("one").contents(), world.contents())
        assert [(each.kind, each.name, each.path, each.first, each.second) for each in found] == [
            ("differs", "global/a", "mtu", 1460, 1500),
            ("only in the second", "global/b", "", None, None),
            ("only in the first", "x", "", None, None),
        ]

    def test_under_one_seed_even_what_is_made_up_must_agree(self) -> None:
        world = self.made("one")
        world.edit(NETWORK, "global/a", "networkId", "1234567890")
        found = compare(self.made("one").contents(), world.contents())
        assert [each.path for each in found] == ["networkId"]

    def test_another_secret_is_a_difference_that_does_not_show_it(self, rehearsals: Path, tmp_path: Path) -> None:
        worlds.export("dev", tmp_path / "before.export", rehearsals=rehearsals)
        world = World(rehearsals / "dev" / "world.json")
        world.edit(TUNNEL, "t", "sharedSecret", Secret("guessed"))
        world.close()
        compared = worlds.compare(str(tmp_path / "before.export"), "dev", rehearsals=rehearsals)
        assert [each.path for each in compared.differences] == ["sharedSecret"]
        assert "guessed" not in "\n".join(compared.lines()) + json.dumps(compared.as_dict())

    def test_two_environments_differ_in_what_is_more_than_their_names(self, rehearsals: Path) -> None:
        world = World(rehearsals / "test" / "world.json", seed="test")
        world.seed(Inventory(projects={"acme-net-test-34cd": Project("420000000002")}))
        world.put(network("varde-test", mtu=1500))
        world.put(Record(TUNNEL, "t", {"name": "t", "sharedSecret": Secret("other"), "labels": {"a": "b"}}))
        world.close()
        compared = worlds.compare("dev", "test", rehearsals=rehearsals)
        assert compared.lines() == [
            f"{NETWORK} global/varde-ENVIRONMENT: mtu: 1460 in dev, 1500 in test",
            "1 difference",
        ]
