"""Runbooks: that every command is one that exists, is complete and about this environment. Whether it does on a real
workstation what the page expects of it is not known here.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Final

import pytest
import yaml

from model.config.load import load
from model.estate import Environment
from model.planning.dns_records import Zone, dns_records
from model.planning.probes import SHARED, probe_matrix
from model.rendering.rendered import render
from model.runbooks.page import page
from model.runbooks.shape import Kind, Runbook, RunbookError, Step
from model.runbooks.stack import PROJECT
from model.runbooks.tasks import TASKS, Asked, Group, runbook
from operations.project import ROOT
from tests.model.cases import DEV, edited, environment, estate, second_generation

GKECTL: Final = "        network: node\n        version: 1.32.200-gke.27\n"
"""Where an entry of dev's user cluster takes further fields."""
OLD: Final = {
    GKECTL: "        mode: adopt\n        network: node\n        version: 1.30.500-gke.126\n"
    "        provisioner: gkectl\n        control_plane_v2: false\n",
    "addresses: 10.20.17.11-10.20.17.13": "addresses: 10.20.16.21-10.20.16.23",
    "vip: 10.20.17.10": "vip: 10.20.16.20",
    "        pods: 100.104.64.0/18\n": "        node_addresses: [10.20.16.24-10.20.16.26]\n"
    "        pods: 100.104.64.0/18\n",
}
"""dev's user cluster as gkectl made it before 1.30, its control plane in the admin cluster."""

DOCUMENTED: Final = {
    "version": {"--kubeconfig", "--details"},
    "check-config": {"--kubeconfig", "--config"},
    "prepare": {"--config", "--bundle-path", "--kubeconfig", "--user-cluster-config"},
    "create admin": {"--config"},
    "create cluster": {"--kubeconfig", "--config"},
    "update admin": {"--kubeconfig", "--config"},
    "update cluster": {"--kubeconfig", "--config"},
    "upgrade admin": {"--kubeconfig", "--config", "--reuse-bootstrap-cluster", "--async"},
    "upgrade cluster": {"--kubeconfig", "--config", "--dry-run", "--async", "--skip-validation-all"},
    "list admin": {"--kubeconfig"},
    "list clusters": {"--kubeconfig"},
    "describe clusters": {"--kubeconfig", "--cluster", "-v"},
    "diagnose cluster": {"--kubeconfig", "--cluster-name"},
    "diagnose snapshot": {"--kubeconfig", "--cluster-name", "--seed-config"},
    "backup admin": {"--kubeconfig", "--config"},
    "backup cluster": {"--kubeconfig", "--cluster-name"},
    "restore admin": {"--kubeconfig", "--config", "--control-plane-node", "--ssh-key"},
    "restore cluster": {"--kubeconfig", "--cluster-name", "--control-plane-node", "--ssh-key"},
    "repair admin-master": {"--kubeconfig", "--config", "--restore-from-backup"},
    "register bootstrap": {
        *(f"--vcenter-{each}" for each in ("address", "datacenter", "cluster", "resource-pool", "datastore", "folder")),
        *("--vcenter-network", "--vcenter-ca-cert-path", "--vcenter-storage-policy-name"),
        *("--target-cluster-name", "--project-id", "--location", "--bundle-path", "--admin-kubeconfig-out"),
        *("--component-access-service-account-key-path", "--register-service-account-key-path"),
        *("--stackdriver-service-account-key-path", "--cloud-audit-logging-service-account-key-path"),
        *("--proxy-url", "--no-proxy"),
    },
    "delete bootstrap": {"--target-cluster-name", "--project-id", "--location", "--register-service-account-key-path"},
    "delete admin": {"--kubeconfig", "--config"},
    "delete cluster": {"--kubeconfig", "--cluster"},
    "delete": {"--help"},
    "update credentials vsphere": {"--kubeconfig", "--config", "--admin-cluster"},
    **{
        f"update credentials {component}": {"--kubeconfig", "--config", "--admin-cluster"}
        for component in ("componentaccess", "register", "stackdriver", "cloudauditlogging")
    },
    "update credentials certificate-authorities rotate": {"--kubeconfig", "--config", "--admin-cluster", "--complete"},
    "update credentials certificate-authorities status": {"--kubeconfig", "--config"},
    "update credentials certificate-authorities update-kubeconfig": {"--kubeconfig", "--config", "--admin-cluster"},
}
"""What Google's pages document of gkectl, by command: the flags. Below docs.cloud.google.com/kubernetes-engine/
distributed-cloud/vmware/docs/how-to: create-admin-cluster, upgrading, admin-ca-rotation, ca-rotation,
rotating-service-account-keys, back-up-and-restore-an-admin-cluster-with-gkectl, repair-admin-control-plane."""


@cache
def old() -> Environment:
    """Return dev with a user cluster of gkectl's, its control plane in the admin cluster."""
    text = edited(DEV, OLD)[DEV]
    text = text.replace("        version: 1.32.200-gke.27\n", "        version: 1.30.500-gke.126\n")
    return _loaded({DEV: text})


def _loaded(texts: dict[str, str]) -> Environment:
    loaded = load(ROOT, texts=texts)
    assert loaded.estate is not None, [problem.text() for problem in loaded.problems]
    return loaded.estate.environments["dev"]


def asked(env: Environment, task: str) -> Iterator[Asked]:
    """Give everything that a task can be asked for in an environment."""
    options = TASKS[task].options
    clusters = [*env.onprem.admin_clusters, *env.onprem.user_clusters, *env.gke.clusters]
    if "--team" in options:
        yield from (Asked(team=slug) for slug in env.members)
        return
    for cluster in clusters if "--cluster" in options else [None]:
        pools = [pool.name for each in env.onprem.user_clusters for pool in each.node_pools]
        for pool in pools if "--pool" in options else [None]:
            for to in NEXT[env.name] if "--to" in options else [None]:
                yield Asked(cluster=cluster.name if cluster else None, pool=pool, to=to)


NEXT: Final = {
    "sandbox": ("1.32.400-gke.50",),
    "dev": ("1.32.300-gke.41", "1.31.700-gke.24"),
    "test": ("1.32.300-gke.41",),
    "prod": ("1.31.800-gke.32", "1.31.900-gke.40"),
}


@cache
def written() -> tuple[tuple[Environment, Asked, Runbook], ...]:
    """Return every runbook that any environment has, of the sample and of a variant from before, and what was asked."""
    found: list[tuple[Environment, Asked, Runbook]] = []
    for env in (*(environment(name) for name in NEXT), old()):
        for task in TASKS:
            for each in asked(env, task):
                with suppress(RunbookError):
                    found.append((env, each, runbook(env, task, each)))
    return tuple(found)


def books() -> Iterator[tuple[Environment, Runbook]]:
    """Give every runbook with its environment."""
    return ((env, book) for env, _, book in written())


@cache
def rendered(env: Environment) -> frozenset[str]:
    """Return the paths of the files that `./hybrid render` writes for an environment."""
    result = render(env)
    assert not result.refusals
    return frozenset(each.path for each in result.files)


def steps() -> Iterator[tuple[Environment, Runbook, Step]]:
    """Give every step of every runbook."""
    for env, book in books():
        for step in book.steps:
            yield env, book, step


def test_every_task_is_written_somewhere() -> None:
    assert {book.task for _, book in books()} == set(TASKS)


def test_every_command_is_a_line_that_a_shell_reads() -> None:
    for _, book, step in steps():
        for command in step.commands:
            assert "\n" not in command, (book.task, command)
            assert shlex.split(command), (book.task, command)


def test_nothing_is_left_to_fill_in() -> None:
    holes = re.compile(r"<[a-z]|\bNone\b|\bTODO\b|\{\}|[A-Z]+_(?:NAME|ID|PATH|CONFIG|VERSION|KUBECONFIG)\b")
    for _, book, step in steps():
        for text in (step.text, step.expect, step.undo, *step.commands):
            assert not holes.search(text), (book.task, text)


def test_every_shell_variable_is_set_before_it_is_used() -> None:
    for _, book in books():
        known = {"HOME", "EDITOR"}
        for step in book.steps:
            for command in step.commands:
                known.update(re.findall(r"(?:^|\s)([A-Z_]+)=", command))
                known.update(re.findall(r"for ([A-Z]+) in", command))
                known.update(re.findall(r"read -rs ([A-Z]+)", command))
                used = set(re.findall(r"\$\{?([A-Z_]+)", command))
                assert used <= known, (book.task, command)


def test_gkectl_is_called_as_its_documentation_says() -> None:
    seen: set[str] = set()
    for _, book, step in steps():
        for command in step.commands:
            if not command.startswith("gkectl "):
                assert not re.search(r"(?:^|[;&|] *)gkectl ", command), (book.task, command)
                continue
            words = shlex.split(command)[1:]
            verb = next((each for each in sorted(DOCUMENTED, key=len, reverse=True) if _begins(words, each)), None)
            assert verb is not None, (book.task, command)
            seen.add(verb)
            flags = {word.partition("=")[0] for word in words if word.startswith("-")}
            assert flags <= DOCUMENTED[verb], (book.task, command, flags - DOCUMENTED[verb])
    assert seen >= {"create admin", "create cluster", "update admin", "upgrade admin", "repair admin-master"}


def _begins(words: list[str], verb: str) -> bool:
    return words[: len(verb.split())] == verb.split()


def test_every_file_of_gkectl_is_one_that_render_writes() -> None:
    for env, book, step in steps():
        for command in step.commands:
            named = re.findall(r"--(?:config|seed-config|user-cluster-config)[ =](\S+)", command)
            assert set(named) - {".rendered/" + env.name + "/admin-ws-config.yaml"} <= rendered(env), (
                book.task,
                command,
            )


def test_the_paths_of_keys_and_certificates_are_those_that_the_rendered_files_name() -> None:
    env = environment("dev")
    text = "\n".join(each.text for each in render(env).files)
    book = runbook(env, "admin-create")
    (command,) = [each for step in book.steps for each in step.commands if each.startswith("gkectl register")]
    paths = [word.partition("=")[2] for word in shlex.split(command) if "-key-path=" in word or "cert-path=" in word]
    assert len(paths) == 5
    assert all(f"/home/ubuntu/{path}" in text for path in paths)


def test_no_secret_and_no_value_of_one_is_in_a_runbook() -> None:
    for _, book, step in steps():
        for command in step.commands:
            assert not re.search(r"(?i)password[=:]\S*[a-z0-9]{6}", command.replace("GOVC_PASSWORD", "")), command
        fetched = [each for each in step.commands if "secrets versions access" in each]
        assert all("--secret=" in each and "--project=" in each for each in fetched), book.task


def test_versions_are_those_of_the_files_and_the_one_that_is_asked_for() -> None:
    env = environment("dev")
    book = runbook(env, "admin-upgrade", Asked(to="1.32.300-gke.41"))
    found = set(re.findall(r"\d+\.\d+\.\d+-gke\.\d+", page(book)))
    assert found == {"1.32.200-gke.27", "1.32.300-gke.41"}
    bundles = [each for step in book.steps for each in step.commands if "bundle-path" in each]
    assert len(bundles) == 1
    assert "gke-onprem-vsphere-1.32.300-gke.41-full.tgz" in bundles[0]


def test_a_runbook_is_the_same_each_time() -> None:
    for env, each, book in written():
        assert page(runbook(env, book.task, each)) == page(book)


def test_every_step_that_changes_something_says_how_to_undo_it_or_that_nothing_does() -> None:
    for _, book in books():
        assert book.undo
        assert book.sources
        assert any(step.expect for step in book.steps)
        for step in book.steps:
            if step.kind is Kind.EDIT:
                assert step.file or step.commands, (book.task, step.text)
            if step.kind is Kind.COMMAND and any("gkectl upgrade" in each for each in step.commands):
                assert "no way back" in step.undo, book.task


class TestAdminClusters:
    """What only gkectl can do; nothing says that an `up` upgrades, changes or deletes an admin cluster."""

    def test_no_up_is_a_step_of_an_upgrade_a_change_or_a_repair(self) -> None:
        for _, book in books():
            if book.task in {"admin-upgrade", "admin-update", "admin-repair", "admin-backup", "certificates-rotate"}:
                commands = [each for step in book.steps for each in step.commands]
                assert not any("pulumi up" in each for each in commands), book.task

    def test_deleting_ends_in_gkectl_and_vcenter_and_the_up_before_only_unenrolls(self) -> None:
        book = runbook(environment("dev"), "admin-delete")
        first = book.steps[0]
        assert first.commands == ("./hybrid runbook dev generation-remove --cluster onp1-dev",)
        up = next(step for step in book.steps if step.kind is Kind.UP)
        assert "unenroll" in up.text
        assert "leaves its machines" in up.text
        after = [each for step in book.steps[book.steps.index(up) :] for each in step.commands]
        assert any(each.startswith("gkectl delete admin") for each in after)
        assert any("memberships delete onp1-dev-admin" in each for each in after)

    def test_creation_through_the_api_waits_for_its_bootstrap_cluster(self) -> None:
        book = runbook(environment("dev"), "admin-create")
        commands = [each for step in book.steps for each in step.commands]
        bootstrap = next(number for number, each in enumerate(commands) if each.startswith("gkectl register bootstrap"))
        up = next(number for number, each in enumerate(commands) if each.startswith("pulumi up"))
        assert bootstrap < up
        assert "--vcenter-network=pg-varde-dev-admin" in commands[bootstrap]

    def test_an_adopted_one_is_made_again_by_gkectl(self) -> None:
        book = runbook(environment("prod"), "admin-create")
        assert any(each.startswith("gkectl create admin") for step in book.steps for each in step.commands)

    def test_an_upgrade_is_preceded_by_backup_health_room_and_window(self) -> None:
        book = runbook(environment("prod"), "admin-upgrade", Asked(to="1.31.900-gke.40"))
        upgrade = next(
            number for number, step in enumerate(book.steps) if any("upgrade admin" in each for each in step.commands)
        )
        before = "\n".join(step.text + " ".join(step.commands) for step in book.steps[:upgrade])
        for needed in ("window", "24 hours", "df -h", "diagnose cluster", "prepare --bundle-path"):
            assert needed in before
        assert "--reuse-bootstrap-cluster" in book.steps[upgrade].undo
        takes = book.steps[upgrade].takes
        assert takes is not None
        assert takes.minutes == 45

    def test_a_repair_never_follows_a_failed_upgrade_and_only_one_node_restores_from_a_backup(self) -> None:
        book = runbook(environment("dev"), "admin-repair")
        assert any(step.kind is Kind.DECIDE and "resume" in step.text for step in book.steps)
        assert not any("--restore-from-backup" in each for step in book.steps for each in step.commands)
        text = edited(
            DEV,
            {
                "          addresses: 10.20.16.11-10.20.16.13\n": "          replicas: 1\n          addresses: "
                "10.20.16.11\n"
            },
        )
        alone = runbook(_loaded(text), "admin-repair")
        assert any("--restore-from-backup" in each for step in alone.steps for each in step.commands)


@pytest.mark.parametrize(
    ("env", "task", "to", "saying"),
    [
        ("dev", "admin-upgrade", None, "--to"),
        ("dev", "admin-upgrade", "1.32", "not an on-prem version"),
        ("dev", "admin-upgrade", "1.32.100-gke.1", "not newer"),
        ("dev", "admin-upgrade", "1.34.0-gke.1", "B63"),
        ("dev", "admin-upgrade", "1.33.0-gke.799", "advanced with gkectl 1.33.0-gke.799 exactly"),
        ("prod", "admin-upgrade", "1.32.200-gke.27", "workstation-upgrade --to 1.32.200-gke.27"),
        ("prod", "user-upgrade", "1.32.200-gke.27", "B61"),
        ("dev", "user-upgrade", "1.33.0-gke.799", "only gkectl"),
    ],
)
def test_a_hop_that_is_not_legal_is_refused_with_what_to_do_first(
    env: str, task: str, to: str | None, saying: str
) -> None:
    with pytest.raises(RunbookError, match=re.escape(saying)):
        runbook(environment(env), task, Asked(to=to))


def test_legacy_clusters_stop_the_way_to_1_32() -> None:
    text = edited(DEV, {GKECTL: f"{GKECTL}        control_plane_v2: false\n        dataplane_v2: false\n"})[DEV]
    text = text.replace("version: 1.32.200-gke.27", "version: 1.31.700-gke.24")
    with pytest.raises(RunbookError, match=r"kubeception.*Calico.*B66"):
        runbook(_loaded({DEV: text}), "admin-upgrade", Asked(to="1.32.200-gke.27"))


def test_up_to_1_30_user_clusters_go_before_their_admin_cluster() -> None:
    text = edited(DEV, {GKECTL: GKECTL.replace("1.32.200-gke.27", "1.29.900-gke.181")})[DEV]
    text = text.replace("version: 1.32.200-gke.27", "version: 1.29.900-gke.181")
    text = text.replace(
        "      address: 10.20.16.5\n      version: 1.29.900-gke.181",
        "      address: 10.20.16.5\n      version: 1.30.500-gke.126",
    )
    with pytest.raises(RunbookError, match=r"onp1-dev has to go first \(B60\)"):
        runbook(_loaded({DEV: text}), "admin-upgrade", Asked(to="1.30.500-gke.126"))


def test_on_the_way_to_1_31_network_policies_are_saved_and_put_back() -> None:
    env = old()
    text = "\n".join(page(book) for each, book in books() if each is env and book.task == "user-upgrade")
    assert not text, "an admin cluster goes first"
    ahead = edited(DEV, OLD)[DEV].replace(
        "        network: admin\n        version: 1.32.200-gke.27",
        "        network: admin\n        version: 1.31.700-gke.24",
    )
    ahead = ahead.replace("        control_plane_v2: false\n", "")
    book = runbook(_loaded({DEV: ahead}), "user-upgrade", Asked(to="1.31.700-gke.24"))
    commands = [each for step in book.steps for each in step.commands]
    saved = next(number for number, each in enumerate(commands) if "get networkpolicy" in each)
    upgraded = next(number for number, each in enumerate(commands) if "upgrade cluster" in each and "--async" in each)
    back = next(number for number, each in enumerate(commands) if " apply --filename" in each)
    assert saved < upgraded < back


class TestEdits:
    """The diffs of runbooks apply to the files as they are, and give files that hold."""

    def applied(self, file: str, text: str, diff: str) -> str:
        lines = text.split("\n")
        hunks = re.split(r"^(@@ [^\n]*)\n?", diff, flags=re.MULTILINE)[1:]
        shift = 0
        for head, body in zip(hunks[::2], hunks[1::2], strict=True):
            match = re.fullmatch(r"@@ -(\d+),(\d+) \+(\d+),(\d+) @@", head)
            assert match is not None, head
            start, count, then, new = (int(each) for each in match.groups())
            begin = start + shift - (1 if count else 0)
            assert not new or then == begin + 1, head
            changed = body.removesuffix("\n").split("\n")
            old_lines = [line[1:] for line in changed if line.startswith("-")]
            new_lines = [line[1:] for line in changed if line.startswith("+")]
            assert lines[begin : begin + count] == old_lines, (file, head)
            lines[begin : begin + count] = new_lines
            shift += new - count
        return "\n".join(lines)

    def test_every_diff_removes_lines_that_are_there(self) -> None:
        seen = 0
        for env, _, step in steps():
            if step.diff and env is not old():
                text = (ROOT / step.file).read_text(encoding="utf-8")
                assert self.applied(step.file, text, step.diff) != text
                seen += 1
        assert seen > 20

    def test_a_larger_pool_is_one_more_node_at_most(self) -> None:
        book = runbook(environment("dev"), "pool-resize", Asked(pool="general"))
        (edit,) = [step for step in book.steps if step.diff]
        text = self.applied(DEV, (ROOT / DEV).read_text(encoding="utf-8"), edit.diff)
        (cluster,) = estate({DEV: text}).environments["dev"].onprem.user_clusters
        assert {pool.name: pool.nodes.max for pool in cluster.node_pools} == {"general": 9, "ingress": 2}

    @pytest.mark.parametrize(("name", "licences"), [("ingress", 12), ("general", 18)])
    def test_a_pool_in_the_place_of_another_is_its_copy_and_the_licences_cover_both(
        self, name: str, licences: int
    ) -> None:
        book = runbook(environment("dev"), "pool-replace", Asked(pool=name))
        text = (ROOT / DEV).read_text(encoding="utf-8")
        edits = [step for step in book.steps if step.diff]
        # From the end of the file, so that no edit moves the lines of the next.
        for edit in sorted(edits, key=lambda step: -int(step.diff.split(",")[0].removeprefix("@@ -"))):
            text = self.applied(DEV, text, edit.diff)
        env = estate({DEV: text}).environments["dev"]
        pools = {pool.name: pool for pool in env.onprem.user_clusters[0].node_pools}
        assert pools[f"{name}-2"].model_copy(update={"name": name}) == pools[name]
        assert env.onprem.licensed_nodes == licences


class TestHosts:
    """Three hosts leave none to spare; four do (A37)."""

    def test_with_three_hosts_anti_affinity_goes_off_and_on_by_gkectl_and_the_api(self) -> None:
        book = runbook(environment("dev"), "host-maintenance")
        assert "A37" in book.purpose
        commands = [each for step in book.steps for each in step.commands]
        assert sum(each.startswith("gkectl update admin") for each in commands) == 2

    def test_with_six_hosts_it_stays(self) -> None:
        book = runbook(environment("prod"), "host-maintenance", Asked(host="esx02.prod.oslo1.fjellverket.example"))
        assert not any("anti_affinity" in step.diff for step in book.steps)
        assert any("esx02.prod" in each for step in book.steps for each in step.commands if "maintenance.enter" in each)

    def test_what_does_not_fit_on_one_host_less_is_said(self) -> None:
        few = edited(DEV, {"host_size: {cores: 48, memory_gib: 512}": "host_size: {cores: 48, memory_gib: 128}"})
        (check,) = [each for each in runbook(_loaded(few), "host-maintenance").steps if "What runs fits" in each.text]
        assert "memory GiB would not be enough" in check.expect


def test_what_is_protected_is_released_before_it_is_removed() -> None:
    prod = runbook(environment("prod"), "generation-remove")
    assert any("import ids out" in step.text for step in prod.steps)
    dev = runbook(environment("dev"), "generation-remove")
    assert not any("Lift the protection" in step.text for step in dev.steps)


def test_only_what_protects_nothing_is_wiped() -> None:
    assert "--exclude-protected" in page(runbook(environment("sandbox"), "environment-rebuild"))
    with pytest.raises(RunbookError, match="protects what it has"):
        runbook(environment("prod"), "environment-rebuild")


def test_a_cluster_pool_or_option_that_is_not_there_is_named_with_those_that_are() -> None:
    env = environment("dev")
    with pytest.raises(RunbookError, match=r"onp1-dv.*onp1-dev"):
        runbook(env, "user-backup", Asked(cluster="onp1-dv"))
    with pytest.raises(RunbookError, match="general or ingress"):
        runbook(env, "pool-resize")
    with pytest.raises(RunbookError, match="--to says nothing"):
        runbook(env, "admin-backup", Asked(to="1.32.300-gke.41"))
    with pytest.raises(RunbookError, match="admin-backup"):
        runbook(env, "admin-bakup")
    assert runbook(env, "user-backup", Asked(cluster="onp1-dev-user-cluster")).subject == "onp1-dev"


class TestMigration:
    """What moving from one generation to the next needs, for both at once."""

    def test_both_generations_have_the_same_names_and_the_same_probes(self) -> None:
        env = _loaded(second_generation())
        names = {(each.cluster, each.name.replace(each.cluster, "*")) for each in dns_records(env)}
        assert {name for cluster, name in names if cluster == "onp1-dev"} == {
            name for cluster, name in names if cluster == "onp2-dev"
        }
        matrix = probe_matrix(env)
        assert len(matrix["onp1-dev"]) == len(matrix["onp2-dev"]) > 10
        assert matrix[SHARED]

    def test_an_external_name_says_what_the_firewall_translates_to(self) -> None:
        (record,) = [
            each
            for each in dns_records(environment("dev"))
            if each.cluster == "onp1-dev" and each.zone is Zone.EXTERNAL
        ]
        assert record.as_dict()["address"] is None
        assert record.as_dict()["behind"] == "10.20.17.40"

    def test_only_ports_that_answer_are_probed(self) -> None:
        rows = [each for rows in probe_matrix(environment("prod")).values() for each in rows]
        assert not [each for each in rows if each.opening == "tunnels"]
        assert {each.port for each in rows if each.protocol == "udp"} == {"53", "123"}


def test_the_index_lists_every_task() -> None:
    text = (ROOT / "docs/runbooks.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z-]+)` \|", text, flags=re.MULTILINE)
    assert listed == list(TASKS)


def test_what_is_wrong_leads_to_a_page_whose_first_line_says_what_to_type() -> None:
    table = (ROOT / "docs/operations.md").read_text(encoding="utf-8").partition("## Questions")[0]
    for task in TASKS.values():
        if task.group is Group.WRONG:
            assert f"`./hybrid runbook ENV {task.name}" in table, task.name
    for _, book in books():
        lines = page(book).splitlines()
        if book.symptom:
            assert TASKS[book.task].group is Group.WRONG
            assert f"First: `{book.first_command}`" in lines[2]
            assert book.first_command


def test_every_command_that_the_table_names_is_a_task_with_that_option() -> None:
    for name, option in re.findall(
        r"`\./hybrid runbook ENV ([a-z-]+)(?: (--[a-z]+) [A-Z]+)?`",
        (ROOT / "docs/operations.md").read_text(encoding="utf-8"),
    ):
        assert name in TASKS
        assert not option or option in TASKS[name].options


class TestNames:
    """What a page names is what the program makes, in the place where it is."""

    def test_the_state_and_its_locks_are_in_the_environments_own_bucket(self) -> None:
        for env, book in books():
            if book.task == "state-restore":
                text = page(book)
                others = {environment(name).facts.state.bucket for name in NEXT} - {env.facts.state.bucket}
                assert f"{env.facts.state.bucket}/.pulumi/stacks/" in text
                assert not [each for each in others if f"{each}/" in text]
                assert f"--key={env.name} " in text

    def test_the_project_in_urns_is_that_of_the_project_file(self) -> None:
        project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
        assert project["name"] == PROJECT

    def test_a_team_that_is_left_out_is_asked_for_by_name(self) -> None:
        with pytest.raises(RunbookError, match="--team hytter or"):
            runbook(environment("dev"), "team-removed")
        with pytest.raises(RunbookError, match=r"no team 'steir'.*stier"):
            runbook(environment("dev"), "team-removed", Asked(team="steir"))
        with pytest.raises(RunbookError, match="has no teams"):
            runbook(environment("sandbox"), "team-removed", Asked(team="stier"))
