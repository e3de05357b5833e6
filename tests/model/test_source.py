"""YAML as it is read: values, places, and texts that are refused. What shapes make of the values is in test_shape."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from model.config import syntax
from model.config.problems import Place
from model.config.source import Data, Source
from tests.model.reading import FILE, faults, source

TEXT = """\
name: dev
pools:
  - name: apps
    addresses: [10.0.0.1, 10.0.0.2]
  - name: ingress
empty:
"""


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        ((), 1, 1),
        (("name",), 1, 1),
        (("pools", 0), 3, 5),
        (("pools", 0, "addresses"), 4, 5),
        (("pools", 0, "addresses", 1), 4, 27),
        (("pools", 1, "name"), 5, 5),
    ],
)
def test_a_key_is_at_its_first_letter_and_an_item_at_its_value(path: tuple[str | int, ...], line: int, column: int):
    assert source(TEXT).place(path) == Place(FILE, line, column)


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        (("pools", 1, "addresses", 0), ("pools", 1)),
        (("pools", 7), ("pools",)),
        (("name", "first"), ("name",)),
        (("empty", "x"), ("empty",)),
        (("nothing",), ()),
    ],
)
def test_a_path_that_is_not_in_the_file_is_where_the_nearest_part_of_it_is(
    path: tuple[str | int, ...], nearest: tuple[str | int, ...]
):
    assert source(TEXT).place(path) == source(TEXT).place(nearest)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("2026-11-02", "2026-11-02"),
        ("1.33", 1.33),
        ("'1.33'", "1.33"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("0", 0),
        ("-7", -7),
        ("0x1F", 31),
        ("0o17", 15),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("~", None),
        ("null", None),
        ("", None),
        (".inf", ".inf"),
        ("=", "="),
        ("!!str 12", "12"),
    ],
)
def test_scalars_are_read_as_yaml_1_2_reads_them(written: str, value: Data):
    data = source(f"key: {written}").value(("key",))
    assert (data, type(data)) == (value, type(value))


@pytest.mark.parametrize("key", ["on", "NO", "100", "true", "2026-11-02"])
def test_a_key_is_text_as_it_is_written(key: str):
    assert source(f"{key}: 1").data == {key: 1}


def test_a_scalar_is_known_as_it_is_written():
    read = source("version: 1.30\nlist: [1]")
    assert read.written(("version",)) == "1.30"
    assert read.written(("list", 0)) == "1"
    assert read.written(("list",)) is None
    assert read.written(("nothing",)) is None


def test_a_value_that_is_not_there_is_a_key_error_of_the_first_missing_key():
    with pytest.raises(KeyError) as caught:
        source(TEXT).value(("pools", 2, "name"))
    assert caught.value.args == (2,)


def test_a_key_written_twice_is_refused_with_both_lines_and_the_first_value_is_kept():
    text = "a:\n  one: 1\n  two: 2\n  one: 3\n"
    read, problems = Source.read(Path("f.yaml"), text)
    (problem,) = problems
    assert (problem.line, problem.column) == (4, 3)
    assert "line 2" in problem.message
    assert "line 4" in problem.message
    assert read is not None
    assert read.data == {"a": {"one": 1, "two": 2}}


def test_everything_wrong_with_the_values_of_one_file_is_reported_together():
    problems = faults(
        "a: 0123\nb: !vault x\n<<: {c: 1}\n? [d]\n: 1\nb: 2\ne: 1e999\n'': 1\nf: !!int x\ng: !!bool maybe\n"
    )
    assert [problem.line for problem in problems] == [1, 2, 3, 4, 6, 7, 8, 9, 10]
    assert "octal" in problems[0].message
    assert "!vault" in problems[1].message
    assert {problem.rule for problem in problems} == {"yaml"}
    assert all(problem.remedy for problem in problems)


def test_an_alias_stands_where_its_value_is_written():
    read = source("base: &base\n  size: 3\nother: *base\n")
    assert read.data == {"base": {"size": 3}, "other": {"size": 3}}
    assert read.place(("other", "size")).line == 2


def test_an_alias_inside_its_own_anchor_is_refused():
    (problem,) = faults("a: &a [1, *a]")
    assert "itself" in problem.message


BROKEN = [
    ("a tab that indents", "a:\n\tb: 1", 2, 1, "tab"),
    ("a tab behind spaces", "a: x\nc:\n  \tb: 1", 3, 3, "tab"),
    ("a colon in a value", "a: b: c", 1, 5, "a second ': '"),
    ("a deeper key below a value", "a: 1\n  b: 2", 2, 3, "'b:' can not begin"),
    ("an odd indentation", "a:\n  b: 1\n c: 2", 3, 2, "the mapping that begins on line 1"),
    ("a key in a list", "- a\nb: 1", 2, 1, "the list that begins on line 1"),
    ("a line that is no key", "a: 1\nfoo\nb: 2", 2, 1, "neither a key"),
    ("a quote never closed", "a: 1\nb: 'x\nc: 2", 2, 4, "never closed"),
    ("a quote with something behind it", 'a: "b" c', 1, 8, "the mapping that begins on line 1"),
    ("a list never closed", "a: [1, 2\nb: 3", 1, 4, "']'"),
    ("a mapping never closed", "a: {b: 1", 1, 4, "'}'"),
    ("an at sign", "a: @x", 1, 4, "'@'"),
    ("an alias of nothing", "a: *x", 1, 4, "alias"),
    ("an anchor used twice", "a: &x 1\nb: &x 2", 2, 4, "line 1"),
    ("a second document", "a: 1\n---\nb: 2", 2, 1, "second document"),
    ("a backslash", 'a: "x\\q"', 1, None, "backslash"),
    ("a tag with a handle", "a: !x!foo b", 1, 4, "tags"),
    ("a control character", "é: 1\nb: \x07", 2, 4, "U+0007"),
    ("half a character", "b: \ud800", 1, 4, "U+D800"),
    ("a list that ends at once", "a: [", 1, 5, "not closed"),
    ("another YAML", "%YAML 3.0\n---\na: 1", 1, 1, "not YAML"),
]


@pytest.mark.parametrize(
    ("text", "line", "column", "words"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
@pytest.mark.parametrize("loader", [syntax._LOADER, syntax._PythonLoader], ids=["fastest", "python"])
def test_a_syntax_error_is_placed_and_put_into_plain_words_by_both_parsers(
    loader: type[yaml.SafeLoader], text: str, line: int, column: int | None, words: str
):
    with pytest.raises(syntax.SyntaxFaultError) as caught:
        syntax.compose(text, loader)
    fault = caught.value
    assert words in fault.message
    assert fault.remedy
    assert fault.line == line
    assert column is None or fault.column == column


def test_a_text_that_is_not_yaml_is_one_problem_and_no_source():
    read, problems = Source.read(Path("/p/stacks/a.yaml"), "a: [1", root=Path("/p"))
    assert read is None
    assert [(problem.file, problem.line, problem.rule) for problem in problems] == [("stacks/a.yaml", 1, "yaml")]


def test_a_text_nested_beyond_reason_is_a_problem_and_not_a_crash():
    (problem,) = faults("[" * 2000 + "]" * 2000)
    assert "nested" in problem.message


def test_an_empty_file_holds_nothing_and_everything_is_at_its_start():
    read = source("# only a comment\n")
    assert read.data is None
    assert read.place(("config",)) == Place(FILE, 1, 1)


def test_a_file_is_read_from_the_disk_with_or_without_a_byte_order_mark(tmp_path: Path):
    for encoding in ("utf-8", "utf-8-sig"):
        (tmp_path / "a.yaml").write_text("æ: ø", encoding=encoding)
        read, problems = Source.read(tmp_path / "a.yaml", root=tmp_path)
        assert not problems
        assert read is not None
        assert (read.data, read.place(("æ",))) == ({"æ": "ø"}, Place("a.yaml", 1, 1))


def test_a_file_that_can_not_be_read_or_is_not_text_is_a_problem_of_that_file(tmp_path: Path):
    (tmp_path / "latin.yaml").write_bytes(b"a: 1\nb: \xe5\n")
    absent, latin = (Source.read(tmp_path / name, root=tmp_path) for name in ("absent.yaml", "latin.yaml"))
    assert absent[0] is None
    assert latin[0] is None
    assert [(problem.file, problem.line) for problem in (*absent[1], *latin[1])] == [
        ("absent.yaml", 1),
        ("latin.yaml", 2),
    ]
    assert "UTF-8" in latin[1][0].message


def test_a_file_outside_the_root_is_shown_by_its_whole_path(tmp_path: Path):
    read, _ = Source.read(tmp_path / "a.yaml", "a: 1", root=tmp_path / "elsewhere")
    assert read is not None
    assert read.file == (tmp_path / "a.yaml").as_posix()


_scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text("aZ0-:. yn")
)
_trees = st.dictionaries(
    st.text("abc", min_size=1),
    st.recursive(
        _scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3),
        max_leaves=8,
    ),
)


@given(_trees)
def test_what_is_written_as_json_is_read_back_and_every_path_has_a_place_of_its_own(data: dict[str, Data]):
    read, problems = Source.read(Path("f.yaml"), json.dumps(data, indent=1))
    assert not problems
    assert read is not None
    assert read.data == data
    for key in data:
        place = read.place((key,))
        assert json.dumps(data, indent=1).split("\n")[place.line - 1][place.column - 1 :].startswith(json.dumps(key))
