"""The picture of an environment: what is on it, where, and how two revisions of it are told apart.

How wide a font really is can not be known here: texts are measured as the drawing does, on the wide side.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Final, NamedTuple
from xml.etree import ElementTree as Xml

import pytest

from model.estate import Environment
from operations.diagram.comparing import compared, differences
from operations.diagram.describing import described
from operations.diagram.drawing import WIDTH, draw
from operations.diagram.scene import Mark, Scene
from tests.model.cases import DEV, ROOT, edited, environment, estate, sample, second_generation
from tests.model.standings import read

SVG: Final = "{http://www.w3.org/2000/svg}"
ENVIRONMENTS: Final = ("sandbox", "dev", "test", "prod")
TUNNEL: Final = "      t1-if1-fw-b:"


class Area(NamedTuple):
    """A rectangle on the picture and what it is."""

    left: float
    top: float
    right: float
    bottom: float
    what: str

    def overlaps(self, other: Area) -> bool:
        """Say whether the two share more than an edge."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 0.5 and down > 0.5

    def holds(self, other: Area) -> bool:
        """Say whether the other lies in it."""
        across = self.left - 0.5 <= other.left and other.right <= self.right + 0.5
        return across and self.top - 0.5 <= other.top and other.bottom <= self.bottom + 0.5


def areas(text: str) -> tuple[list[Area], list[Area]]:
    """Return the rectangles of a picture and its texts, in the order in which they are drawn."""
    root = Xml.fromstring(text)  # noqa: S314  our own text
    boxes: list[Area] = []
    for each in root.iter(f"{SVG}rect"):
        if each.attrib["width"] != "100%":
            left, top, wide, high = (float(each.attrib[name]) for name in ("x", "y", "width", "height"))
            boxes.append(Area(left, top, left + wide, top + high, "box"))
    texts: list[Area] = []
    for each in root.iter(f"{SVG}text"):
        size, x, y = (float(each.attrib[name]) for name in ("font-size", "x", "y"))
        said = each.text or ""
        bold = 1.08 if each.attrib.get("font-weight") == "bold" else 1
        texts.append(Area(x, y - size * 0.8, x + len(said) * size * 0.6 * bold, y + size * 0.2, said))
    return boxes, texts


def scene(name: str, texts: Mapping[str, str] | None = None) -> Scene:
    """Return the scene of an environment of the project's own files, with these texts in their place."""
    return described(read(texts).environments[name] if texts else environment(name))


def wide() -> dict[str, str]:
    """Return dev with a second generation, long names and a tunnel that a drill has switched off."""
    text = second_generation({"    drill: {disabled_peers: []}": "    drill: {disabled_peers: [t0-if0-fw-a-bgp]}"})[DEV]
    return {DEV: text.replace("name: general", "name: general-purpose-workers-with-a-name-to-cut-short")}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_cluster_network_tunnel_and_membership_is_on_the_picture(name: str) -> None:
    env = environment(name)
    said = " ".join(text.what for text in areas(draw(described(env)))[1])
    wanted = [each.name for each in (*env.onprem.admin_clusters, *env.onprem.user_clusters, *env.gke.clusters)]
    wanted += [each.id for each in env.onprem.user_clusters]
    wanted += [*env.vpn.tunnels, *env.vpn.peers, *map(str, env.network.nat.egress.values())]
    wanted += [str(each.range) for each in (*env.onprem.networks.values(), *env.network.subnets.values())]
    wanted += [f"pool {pool.name}" for each in env.onprem.user_clusters for pool in each.node_pools]
    wanted += ["service mesh"]
    assert [each for each in wanted if each not in said] == []


@pytest.mark.parametrize("case", [*ENVIRONMENTS, "wide", "compared"])
def test_no_texts_overlap_and_every_text_stays_in_its_box(case: str) -> None:
    if case == "compared":
        drawn = draw(compared(scene("dev", wide()), scene("dev"), "a-branch-with-a-long-name"))
    else:
        drawn = draw(scene("dev", wide()) if case == "wide" else scene(case))
    boxes, texts = areas(drawn)
    assert [(one.what, other.what) for one, other in combinations(texts, 2) if one.overlaps(other)] == []
    page = Area(0, 0, WIDTH, float(Xml.fromstring(drawn).attrib["height"]), "page")  # noqa: S314  our own text
    assert [each for each in (*boxes, *texts) if not page.holds(each)] == []
    for text in texts:
        crossed = [box for box in boxes if box.overlaps(text) and not box.holds(text)]
        assert crossed == [], text


@pytest.mark.parametrize("case", [*ENVIRONMENTS, "wide"])
def test_boxes_lie_in_each_other_or_apart(case: str) -> None:
    boxes, _ = areas(draw(scene("dev", wide()) if case == "wide" else scene(case)))
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other) or one.holds(other) or other.holds(one)


def test_what_is_cut_short_says_all_of_itself_to_a_pointer() -> None:
    root = Xml.fromstring(draw(scene("dev", wide())))  # noqa: S314  our own text
    cut = [each for each in root.iter(f"{SVG}text") if (each.text or "").endswith("…")]
    assert cut
    assert all(len(each.findtext(f"{SVG}title") or "") > len(each.text or "") for each in cut)


def _swapped(text: str, one: str, other: str, after: str) -> str:
    """Return `text` with two neighbouring parts, which begin with these words, in the other order."""
    start, middle = text.index(one), text.index(other)
    end = text.index(after, middle)
    return text[:start] + text[middle:end] + text[start:middle] + text[end:]


def test_the_order_of_the_file_does_not_matter() -> None:
    text = edited(DEV, {})[DEV]
    swapped = _swapped(text, "      t0-if0-fw-a:", TUNNEL, "    peak_kpps")
    swapped = _swapped(swapped, "          - name: general", "          - name: ingress", "      # The second gen")
    assert draw(scene("dev", {DEV: swapped})) == draw(scene("dev"))


def test_a_tunnel_that_a_drill_has_switched_off_is_dashed() -> None:
    assert "stroke-dasharray" not in draw(scene("dev"))
    assert "stroke-dasharray" in draw(scene("dev", wide()))


class TestComparing:
    """Before and after: what a reviewer sees at a glance has to be all that differs, and nothing else."""

    def against(self, changed: Mapping[str, str]) -> Scene:
        return compared(scene("dev", changed), scene("dev"), "HEAD")

    def test_an_unchanged_environment_has_no_mark(self) -> None:
        same = self.against(edited(DEV, {}))
        assert differences(same) == ()
        assert "#1a7f37" not in draw(same).partition("Fleet")[2]

    def test_a_new_cluster_is_added_with_its_network_and_its_membership(self) -> None:
        found = differences(self.against(second_generation()))
        assert [each for each in found if not each.startswith("added: ")] == []
        assert {each.removeprefix("added: ") for each in found} >= {"onp2-dev", "onp2-dev-user-cluster"}

    def test_a_removed_tunnel_stays_on_the_picture_as_removed(self) -> None:
        text = edited(DEV, {})[DEV]
        without = text[: text.index(TUNNEL)] + text[text.index("    peak_kpps") :]
        gone = self.against({DEV: without})
        link = next(each for each in gone.links if each.box.title == "t1-if1-fw-b")
        assert link.box.mark is Mark.REMOVED
        assert "t1-if1-fw-b" in draw(gone)

    def test_a_changed_value_says_what_it_was(self) -> None:
        found = differences(
            self.against(edited(DEV, {"nodes: {min: 5, start: 6, max: 8}": "nodes: {min: 5, start: 6, max: 9}"}))
        )
        assert found == ("changed in onp1-dev: pool general 5-8 of 8 vCPU 32 GiB -> pool general 5-9 of 8 vCPU 32 GiB",)

    def test_an_environment_that_the_revision_lacks_is_all_new(self) -> None:
        new = compared(scene("dev"), None, "HEAD")
        assert {box.mark for panel in (*new.onprem, *new.cloud) for box in panel.boxes} == {Mark.ADDED}


def test_clusters_of_other_kinds_are_drawn_where_they_stand() -> None:
    text = edited(DEV, {})[DEV]
    start = text.index("  # hybrid:attached:")
    lines = [line.replace("  # ", "  ", 1) if line.startswith("  # ") else line for line in text[start:].splitlines()]
    env: Environment = estate({DEV: text[:start] + "\n".join(lines) + "\n"}).environments["dev"]
    titles = {box.title for panel in (*described(env).onprem, *described(env).cloud) for box in panel.boxes}
    assert {"bm1-dev", "bm1-dev-admin", "aks1-dev"} <= titles


def test_the_pictures_under_docs_are_fresh() -> None:
    for name, env in sample().environments.items():
        kept = (ROOT / "docs" / "diagrams" / f"{name}.svg").read_text(encoding="utf-8")
        assert kept == draw(described(env)), "run ./hybrid generate"
