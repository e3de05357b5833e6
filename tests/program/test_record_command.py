"""`python -m operations.record`, as a process that other tools read."""

from __future__ import annotations

import json

import pytest

from operations.record.__main__ import main


def test_an_environment_is_written_as_json_without_any_secret(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sandbox", "--json"]) == 0
    written = json.loads(capsys.readouterr().out)
    names = {each["name"]: each for each in written["resources"]}
    gateway = names["vpn-gateway"]
    assert gateway["inputs"]["name"] == "varde-sandbox-havpn"
    assert gateway["provider"].endswith("::pulumi:providers:gcp::gcp")
    assert names["vpn-t0-if0-fw-a-tunnel"]["inputs"]["sharedSecret"] == {"secret": True}


def test_without_json_each_resource_is_a_line_and_protected_ones_are_marked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dev"]) == 0
    lines = {line.split()[1]: line for line in capsys.readouterr().out.splitlines()}
    assert lines["vpn-gateway"].endswith("protected")
    assert not lines["network-vpc"].endswith("protected")


def test_an_unknown_environment_is_refused_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["staging"]) == 1
    streams = capsys.readouterr()
    assert streams.out == ""
    assert "staging" in streams.err
