"""The copies of project and stack file that the engine gets: what is left out and what stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from rehearsal.engine.workspace import StackFileError, lay_out, with_made_up_secrets, without_keys

FILE = Path("Pulumi.dev.yaml")


def read(text: str) -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load(text))


def test_a_key_goes_with_all_that_is_below_it_and_the_rest_stays_to_the_letter() -> None:
    head, gone, tail = (
        "# head\nname: x\n",
        "runtime:\n  name: python\n\n  o: {a: 1}\n# end\n",
        "config:\n  at: 03:00 # kept\n",
    )
    assert without_keys(head + gone + tail, {"runtime"}, FILE) == head + tail


@pytest.mark.parametrize("key", ["first", "second", "third"])
def test_a_key_is_left_out_wherever_it_stands(key: str) -> None:
    text = "first:\n- 1\n- 2\nsecond: |\n  a: b\n  third: no key\nthird: 3"
    kept = read(without_keys(text, {key}, FILE))
    whole = read(text)
    del whole[key]
    assert kept == whole


def test_text_without_the_key_stays_as_it_is() -> None:
    assert without_keys("a: 1\n", {"b"}, FILE) == "a: 1\n"
    assert without_keys("", {"b"}, FILE) == ""


def test_a_file_in_braces_is_refused_rather_than_broken() -> None:
    assert without_keys("{}", {"a"}, FILE) == "{}\n"
    with pytest.raises(StackFileError, match="a line of its own"):
        without_keys("{a: 1, b: 2}", {"a"}, FILE)


def test_every_encrypted_value_becomes_a_plain_one_and_its_key_is_told() -> None:
    text = (
        "config:\n"
        "  x:plain: {a: secure}\n"
        "  x:block:\n"
        "    secure: AAAA # a comment\n"
        "  # before the list\n"
        "  x:list:\n"
        "    - one\n"
        "    - {secure: BBBB}\n"
        "    - deep:\n"
        "        secure: CCCC\n"
        "other:\n"
        "  secure: stays\n"
    )
    made_up, keys = with_made_up_secrets(text, FILE)
    assert keys == ("x:block", "x:list[1]", "x:list[2].deep")
    config = read(made_up)["config"]
    values = [config["x:block"], config["x:list"][1], config["x:list"][2]["deep"]]
    assert len(set(values)) == 3
    assert all(isinstance(value, str) and value.startswith("rehearsed-") for value in values)
    assert config["x:plain"] == {"a": "secure"}
    assert read(made_up)["other"] == {"secure": "stays"}
    assert "# a comment" in made_up
    assert "# before the list" in made_up
    assert with_made_up_secrets(text, FILE) == (made_up, keys), "a second copy would look like a change"


def test_the_copies_hold_neither_the_real_key_nor_the_real_places_and_the_files_stay_untouched(tmp_path: Path) -> None:
    project = tmp_path / "Pulumi.yaml"
    project.write_text(
        "name: x\nstackConfigDir: stacks\nmain: infra\nbackend:\n  url: gs://real\nruntime: {name: python}\n"
    )
    stack = tmp_path / "Pulumi.dev.yaml"
    stack.write_text("secretsprovider: gcpkms://real\nencryptedkey: real\nconfig:\n  x:a: 1\n")
    before = project.read_text(), stack.read_text()
    lay_out(tmp_path / "copy", project_file=project, stack_file=stack, stack="dev")
    assert read((tmp_path / "copy" / "Pulumi.yaml").read_text()) == {"name": "x", "runtime": "python"}
    assert read((tmp_path / "copy" / "Pulumi.dev.yaml").read_text()) == {"config": {"x:a": 1}}
    assert (project.read_text(), stack.read_text()) == before


def test_the_salt_that_the_engine_wrote_into_its_copy_survives_the_next_copy(tmp_path: Path) -> None:
    project = tmp_path / "Pulumi.yaml"
    project.write_text("name: x\nruntime: python\n")
    stack = tmp_path / "Pulumi.dev.yaml"
    stack.write_text("config: {}")
    folder = tmp_path / "copy"
    lay_out(folder, project_file=project, stack_file=stack, stack="dev")
    with (folder / "Pulumi.dev.yaml").open("a") as copy:
        copy.write("encryptionsalt: v1:abc=\n")
    stack.write_text("config:\n  x:a: 2\n")
    lay_out(folder, project_file=project, stack_file=stack, stack="dev")
    assert read((folder / "Pulumi.dev.yaml").read_text()) == {"config": {"x:a": 2}, "encryptionsalt": "v1:abc="}


def test_a_missing_or_broken_stack_file_is_named(tmp_path: Path) -> None:
    project = tmp_path / "Pulumi.yaml"
    project.write_text("name: x\nruntime: python\n")
    stack = tmp_path / "Pulumi.dev.yaml"
    with pytest.raises(StackFileError, match=r"Pulumi\.dev\.yaml can not be read"):
        lay_out(tmp_path / "copy", project_file=project, stack_file=stack, stack="dev")
    stack.write_text("config: [\n")
    with pytest.raises(StackFileError, match=r"Pulumi\.dev\.yaml is not YAML"):
        lay_out(tmp_path / "copy", project_file=project, stack_file=stack, stack="dev")
