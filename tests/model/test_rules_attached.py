"""Rules of attached clusters, each with the edit of the sample that breaks it."""

from __future__ import annotations

from datetime import date

import pytest

from model.config.problems import Severity
from model.planning.versions import Version
from model.rules.attached import knows_groups
from tests.model.cases import DEV, ORGANISATION, PROD, ROOT, edited, estate, of_rule, problems, refused, warned
from tests.other_clusters import other_clusters

ISSUER = 'issuer: {url: "https://oidc.example/aks1-dev/"}'
PLATFORM = "platform_version: 1.35.0-gke.1"
OWNER = "owner: varde-team-innsikt@fjellverket.example"


def production(fields: str) -> dict[str, str]:
    """Return the prod stack with an attached cluster of `fields` beside what every one has."""
    text = (ROOT / PROD).read_text(encoding="utf-8")
    cluster = (
        "  hybrid:attached:\n    clusters:\n      - name: eks1-prod\n"
        "        owner: varde-team-innsikt@fjellverket.example\n        distribution: eks\n"
        '        kubernetes_version: "1.35"\n        platform_version: 1.35.0-gke.1\n        manifest_applied: true\n'
        f'        issuer: {{url: "https://oidc.example/eks1-prod"}}\n        {fields}\n'
    )
    return {PROD: f"{text}\n{cluster}"}


def test_the_example_of_the_dev_stack_breaks_no_rule() -> None:
    found = [problem for problem in problems(other_clusters()) if problem.file == DEV]
    assert [problem.text() for problem in found if problem.severity is Severity.ERROR] == []
    assert {problem.rule for problem in found} <= {problem.rule for problem in problems() if problem.file == DEV}


class TestPlatformVersion:
    """The agents follow the Kubernetes that they run in."""

    def test_ahead_of_kubernetes_it_is_refused(self) -> None:
        edit = other_clusters({'kubernetes_version: "1.35"': 'kubernetes_version: "1.34"'})
        assert "never ahead" in refused("E40", edit, saying="aks1-dev runs Kubernetes 1.34").message

    def test_one_minor_behind_is_allowed_and_two_are_not(self) -> None:
        assert not of_rule("E40", other_clusters({'kubernetes_version: "1.35"': 'kubernetes_version: "1.36"'}))
        refused("E40", other_clusters({'kubernetes_version: "1.35"': 'kubernetes_version: "1.37"'}), saying="not 2")

    def test_a_minor_outside_the_catalogue_is_refused(self) -> None:
        edit = other_clusters({PLATFORM: "platform_version: 1.99.0-gke.1", '"1.35"': '"1.99"'})
        refused("E40", edit, saying="add it to attached: of stacks/versions.yaml")

    def test_the_end_of_support_is_warned_of_and_then_refused(self) -> None:
        edit = other_clusters({PLATFORM: "platform_version: 1.34.0-gke.2"})
        assert "47 days" in warned("E40", edit, saying="support of 1.34 ends on 2026-12-19").message
        refused("E40", edit, saying="support of 1.34 ended on 2026-12-19", today=date(2026, 12, 20))


class TestIssuer:
    """Whoever can pose as the issuer is any workload of the cluster."""

    @pytest.mark.parametrize("url", ["http://oidc.example/aks1-dev", "https://", "oidc.example"])
    def test_an_issuer_without_https_is_refused(self, url: str) -> None:
        refused("E40", other_clusters({ISSUER: f'issuer: {{url: "{url}"}}'}), saying="only trusted from an https")

    def test_an_issuer_that_no_membership_can_hold_is_refused(self) -> None:
        long = f'issuer: {{url: "https://oidc.example/{"x" * 2000}"}}'
        refused("E40", other_clusters({ISSUER: long}), saying="fewer than 2000")

    @pytest.mark.parametrize(
        ("jwks", "saying"),
        [
            ("not json", "are no JSON"),
            ("[]", "there is no list `keys`"),
            ('{"keys": []}', "there is no list `keys`"),
            ('{"keys": [{"kty": "RSA"}]}', "lacks `kty` or `kid`"),
            ('{"keys": [{"kty": "RSA", "kid": "a", "d": "x"}]}', "is a private key"),
        ],
    )
    def test_keys_that_are_no_public_key_set_are_refused(self, jwks: str, saying: str) -> None:
        held = f"""issuer: {{url: "https://oidc.example/", jwks: '{jwks}'}}"""
        problem = refused("E40", other_clusters({ISSUER: held}), saying=saying)
        assert '"d"' not in problem.text()

    def test_keys_of_a_private_issuer_are_taken_but_not_from_eks(self) -> None:
        held = """issuer: {url: "https://oidc.example/", jwks: '{"keys": [{"kty": "RSA", "kid": "a", "n": "x"}]}'}"""
        assert not of_rule("E40", other_clusters({ISSUER: held}))
        edit = other_clusters({ISSUER: held, "distribution: aks": "distribution: eks"})
        refused("E40", edit, saying="EKS is attached by its public issuer alone")


class TestAdminGroups:
    """What the API makes cluster-admin."""

    def groups(self, *groups: str, version: str = PLATFORM) -> dict[str, str]:
        listed = ", ".join(groups)
        return other_clusters({PLATFORM: f"{version}\n        admin_groups: [{listed}]"})

    def test_a_known_group_is_taken(self) -> None:
        assert not of_rule("E40", self.groups("varde-role-plattform-vakt@fjellverket.example"))

    def test_eleven_are_refused(self) -> None:
        groups = [f"varde-role-{number}@fjellverket.example" for number in range(11)]
        refused("E40", self.groups(*groups), saying="has 11 admin groups; the API takes 10")

    def test_a_group_twice_is_refused(self) -> None:
        group = "varde-role-plattform-vakt@fjellverket.example"
        refused("E40", self.groups(group, group), saying="stands twice")

    def test_a_person_and_a_group_of_another_domain_are_refused(self) -> None:
        edit = self.groups("kari@fjellverket.example", "admins@elsewhere.example")
        refused("F1", edit, saying="kari@fjellverket.example")
        refused("E34", edit, saying="admins@elsewhere.example")

    def test_a_group_that_is_not_synchronised_is_refused(self) -> None:
        group = "varde-role-plattform-vakt@fjellverket.example"
        pending = edited(ORGANISATION, {f"{group}: {{": f"{group}: {{state: pending, "})
        refused("F12", self.groups(group), pending, saying="not synchronised yet")

    @pytest.mark.parametrize(
        ("version", "knows"),
        [
            ("1.25.0-gke.99", False),
            ("1.26.0-gke.7", False),
            ("1.26.0-gke.8", True),
            ("1.27.0-gke.4", False),
            ("1.27.0-gke.5", True),
            ("1.28.0-gke.1", False),
            ("1.28.0-gke.2", True),
            ("1.35.0-gke.1", True),
        ],
    )
    def test_groups_are_known_from_a_build_of_each_minor(self, version: str, knows: bool) -> None:
        assert knows_groups(Version.parse(version)) is knows

    def test_a_platform_version_before_that_is_refused(self) -> None:
        group = "varde-role-plattform-vakt@fjellverket.example"
        edit = self.groups(group, version="platform_version: 1.28.0-gke.1")
        refused("E40", edit, saying="knows no admin groups yet")


class TestManifest:
    """Who must act before the cluster is a member."""

    def test_a_cluster_that_waits_is_warned_of_with_whom_it_waits_for(self) -> None:
        problem = warned("E41", other_clusters({"        manifest_applied: true\n": ""}))
        assert "varde-team-innsikt@fjellverket.example has to apply" in problem.message
        assert "install_manifests" in problem.remedy

    def test_a_cluster_that_is_adopted_has_its_manifest(self) -> None:
        edit = other_clusters({"manifest_applied: true": "mode: adopt"})
        refused("E41", edit, saying="attached already")

    def test_its_owner_is_a_group_of_the_organisation(self) -> None:
        refused("F1", other_clusters({OWNER: "owner: nobody@fjellverket.example"}), saying="nobody@")


class TestAdoption:
    """One registration is never taken for another."""

    place = "projects/varde-k8s-dev-5e6f/locations/europe-north1/attachedClusters"

    def adopted(self, fields: str) -> dict[str, str]:
        return other_clusters({"        distribution: aks\n": f"        distribution: aks\n        {fields}\n"})

    def test_its_own_id_is_taken(self) -> None:
        assert not of_rule("E40", self.adopted(f"mode: adopt\n        import_id: {self.place}/aks1-dev"))

    def test_no_id_a_needless_one_and_another_ones_are_refused(self) -> None:
        refused("E40", self.adopted("mode: adopt"), saying=f"add import_id: {self.place}/aks1-dev")
        refused("E40", self.adopted(f"import_id: {self.place}/aks1-dev"), saying="would be made again")
        edit = self.adopted(f"mode: adopt\n        import_id: {self.place}/aks2-dev")
        refused("E40", edit, saying="another registration would be taken over")


class TestProduction:
    """What is forgotten in production stays there with its rights."""

    def test_ignoring_errors_is_refused_there_alone(self) -> None:
        fields = "unregistering: DELETE_IGNORE_ERRORS"
        refused("X8", production(fields), saying="leave agents with access")
        assert not of_rule("X8", production("generation: 1"))
        assert not of_rule("X8", other_clusters({PLATFORM: f"{PLATFORM}\n        {fields}"}))


class TestLikeTheRest:
    """An attached cluster is a member as any other, for every rule that looks at members."""

    def test_a_team_may_be_in_it_but_not_with_data_that_stays_on_prem(self) -> None:
        team = "stacks/teams/{}.yaml"
        for slug, fits in (("innsikt", True), ("hytter", False)):
            path = team.format(slug)
            text = (ROOT / path).read_text(encoding="utf-8")
            old = "[gcp1-dev]" if slug == "innsikt" else "[onp1-dev]"
            edit = {path: text.replace(old, "[aks1-dev]", 1)}
            assert not of_rule("F18", other_clusters(), edit)
            assert bool(of_rule("J003", other_clusters(), edit)) is not fits
        on_site = other_clusters({PLATFORM: f"{PLATFORM}\n        on_premises: true"})
        text = (ROOT / team.format("hytter")).read_text(encoding="utf-8")
        assert not of_rule("J003", on_site, {team.format("hytter"): text.replace("[onp1-dev]", "[aks1-dev]", 1)})

    def test_its_name_and_its_membership_are_its_own(self) -> None:
        refused("X6", other_clusters({"name: aks1-dev": "name: gcp1-dev"}), saying="is a cluster of dev already")
        edit = other_clusters({"name: aks1-dev": "name: onp1-dev-user-cluster"})
        refused("E2", edit, saying="membership 'onp1-dev-user-cluster'")

    def test_google_does_not_manage_its_mesh(self) -> None:
        mesh = "members: {onp1-dev-user-cluster: MANAGEMENT_MANUAL"
        edit = other_clusters({mesh: f"{mesh}, aks1-dev: MANAGEMENT_AUTOMATIC"})
        refused("E8", edit, saying="'aks1-dev' is no GKE cluster")


def test_a_stack_without_the_section_has_no_such_clusters() -> None:
    prod = estate(other_clusters()).environments["prod"]
    assert prod.attached.clusters == ()
    assert prod.baremetal.clusters == ()
