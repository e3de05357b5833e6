"""`./hybrid network` as a person runs it."""

from __future__ import annotations

import json
from ipaddress import IPv4Network
from pathlib import Path
from xml.etree import ElementTree as Xml

from tests.cli.running import checkout, run


def test_the_plan_is_proved_and_says_what_fits(tmp_path: Path) -> None:
    picture = tmp_path / "plan.svg"
    ran = run("network", "plan", "prod", "--register", "--svg", str(picture))
    assert ran.code == 0, ran.err
    last = ran.out.splitlines()[-1]
    assert last.startswith("proved: ")
    assert "one more pool like general: 6" in ran.out
    assert "stacks/Pulumi.prod.yaml:" in ran.out
    assert "onp1-dev" not in ran.out
    drawn = Xml.fromstring(picture.read_text())  # noqa: S314  the project wrote it a moment ago
    names = [each.text for each in drawn.iter() if each.tag.endswith("title")]
    assert "worker addresses 10.20.49.100-10.20.49.199 of onp1-prod" in names
    assert run("network", "plan", "--svg", str(tmp_path / "again.svg")).code == 0
    assert (tmp_path / "again.svg").read_text() == picture.read_text()


def test_a_plan_with_an_overlap_is_not_proved(tmp_path: Path) -> None:
    project = checkout(tmp_path)
    stack = project / "stacks" / "Pulumi.dev.yaml"
    stack.write_text(stack.read_text().replace("pods: 100.98.0.0/16", "pods: 100.66.0.0/16"))
    ran = run("network", "plan", "--json", project=project)
    assert ran.code == 1
    found = json.loads(ran.out)
    assert not found["proof"]["proved"]
    assert any("100.66.0.0/16" in each for each in found["proof"]["errors"])
    assert {"rooms", "register", "routes"} < found.keys()


def test_a_proposal_is_printed_for_people_and_machines_and_no_room_is_said() -> None:
    ran = run("network", "propose", "--env", "dev", "--nodes", "40", "--pods-per-node", "64", "--json")
    assert ran.code == 0, ran.err
    found = {each["use"]: IPv4Network(each["range"]) for each in json.loads(ran.out)}
    assert found["pods"].prefixlen == 19
    assert str(found["subnet"]) in run("network", "propose", "--env", "dev", "--nodes", "40").out
    full = run("network", "propose", "--env", "dev", "--nodes", "2000")
    assert (full.code, full.out) == (1, "")
    assert "no free /21" in full.err
    wrong = run("network", "propose", "--env", "dv", "--nodes", "4")
    assert wrong.code == 2
    assert "did you mean 'dev'" in wrong.err


def test_the_page_holds_every_line_of_the_register() -> None:
    page = run("network", "plan", "--markdown").out
    for text in ("10.20.17.100-10.20.17.199", "169.254.40.12/30", "35.199.192.0/19", "100.104.64.0/18"):
        assert text in page


def test_who_reaches_whom_is_answered_with_its_chain_and_a_no_with_what_would_mend_it(tmp_path: Path) -> None:
    ran = run("network", "can", "pod@gcp1-dev", "api@onp1-dev", "443")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("yes: pod@gcp1-dev (100.66.0.0/16) -> api@onp1-dev (10.20.17.10), tcp 443")
    assert "row 2 of dev's order sheet" in ran.out
    refused = run("network", "can", "node@onp1-prod", "api@gcp1-dev", "443", "--json")
    assert refused.code == 1
    found = json.loads(refused.out)
    assert (found["yes"], found["broken"]) == (False, "sites' firewalls")
    assert {"step", "holds", "why", "remedy"} == set(found["chain"][0])
    project = checkout(tmp_path)
    stack = project / "stacks" / "Pulumi.dev.yaml"
    cluster = "      - name: gcp1-dev\n"
    hiding = f"{cluster}        pod_addressing: node_masquerade\n"
    stack.write_text(stack.read_text().replace(cluster, hiding))
    hidden = run("network", "can", "node@onp1-dev", "pod@gcp1-dev", "8080", project=project)
    assert hidden.code == 1
    assert "100.66.0.0/16 is in nothing that the Cloud Router of dev advertises" in hidden.out


def test_a_question_that_names_nothing_is_misuse() -> None:
    for wrong in (("pod@gcp1-dv", "dns", "53"), ("dns", "vcenter", "70000")):
        assert run("network", "can", *wrong).code == 2
