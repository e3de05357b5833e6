"""Which environment a stack file is, and what production has to have."""

from __future__ import annotations

import pytest

from model.config.problems import Severity
from tests.model.cases import DEV, PROD, SANDBOX, TEST, edited, of_rule, problems, refused

DEV_KEY = "      key: projects/varde-seed-0001/locations/europe-north1/keyRings/pulumi/cryptoKeys/dev\n"

REFUSED = {
    "the name of another environment": (
        "F18",
        edited(DEV, {"    name: dev\n": "    name: prod\n"}),
        "the file is that of dev",
    ),
    "a folder that is none": (
        "format",
        edited(DEV, {"folder: folders/900000000120": 'folder: "900000000120"'}),
        "is no folder",
    ),
    "a bucket that is none": ("X7", edited(DEV, {"bucket: gs://varde": "bucket: varde"}), "is no bucket for state"),
    "a key that is none": ("X7", edited(DEV, {DEV_KEY: "      key: dev\n"}), "'dev' is no KMS key"),
    "the secrets provider of another environment": (
        "X7",
        edited(
            DEV,
            {
                (
                    "secretsprovider: "
                    "gcpkms://projects/varde-seed-0001/locations/europe-north1/keyRings/pulumi/cryptoKeys/dev"
                ): (
                    "secretsprovider: "
                    "gcpkms://projects/varde-seed-0001/locations/europe-north1/keyRings/pulumi/cryptoKeys/prod"
                )
            },
        ),
        "would not be encrypted with its key",
    ),
    "no secrets provider": (
        "X7",
        edited(
            DEV,
            {
                (
                    "secretsprovider: "
                    "gcpkms://projects/varde-seed-0001/locations/europe-north1/keyRings/pulumi/cryptoKeys/dev\n"
                ): ""
            },
        ),
        "secretsprovider is missing",
    ),
    "the state bucket of another environment": (
        "X7",
        edited(DEV, {"gs://varde-seed-0001-state-dev": "gs://varde-seed-0001-state-prod"}),
        "keep their state with one bucket",
    ),
    "the state key of another environment": (
        "X7",
        edited(DEV, {DEV_KEY: DEV_KEY.replace("/dev\n", "/test\n")}),
        "keep their state with one key",
    ),
    "the project of another environment": (
        "F18",
        edited(DEV, {"cluster: {id: varde-k8s-dev-5e6f": "cluster: {id: varde-k8s-prod-3a4b"}),
        "varde-k8s-prod-3a4b is the cluster project of dev already",
    ),
    "one project for clusters and network": (
        "F18",
        edited(DEV, {"network: {id: varde-net-dev-7a8b": "network: {id: varde-k8s-dev-5e6f"}),
        "is the cluster project of dev already",
    ),
    "the number of another project": (
        "F18",
        edited(DEV, {'"410000000202"': '"410000000201"'}),
        "number 410000000201 is that of varde-k8s-dev-5e6f already",
    ),
    "a negative ring": ("X1", edited(SANDBOX, {"    ring: 0\n": "    ring: -1\n"}), "rings begin at 0"),
    "production that does not go last": ("X1", edited(PROD, {"    ring: 2\n": "    ring: 1\n"}), "not after dev, test"),
    "production that Pulumi would delete": (
        "X8",
        edited(PROD, {"protect: stateful": "protect: identity"}),
        "protects 'identity'",
    ),
    "production whose clusters the provider would delete": (
        "X8",
        edited(PROD, {"deletion_protection: [stateful]": "deletion_protection: [gke]"}),
        "the provider would delete its user clusters",
    ),
    "production without deletion protection": (
        "X8",
        edited(PROD, {"deletion_protection: [stateful]": "deletion_protection: []"}),
        "GKE clusters and user clusters",
    ),
    "production without anti-affinity": (
        "X8",
        edited(
            PROD,
            {
                "        id: onp1-prod-user-cluster\n": (
                    "        id: onp1-prod-user-cluster\n        anti_affinity: false\n"
                )
            },
        ),
        "onp1-prod is in production without anti-affinity",
    ),
}


@pytest.mark.parametrize(("rule", "edit", "saying"), REFUSED.values(), ids=REFUSED)
def test_a_stack_is_refused_for(rule: str, edit: dict[str, str], saying: str) -> None:
    refused(rule, edit, saying=saying)


def test_a_live_environment_outside_production_need_not_be_protected() -> None:
    assert "protect: none" in edited(SANDBOX, {})[SANDBOX]
    assert of_rule("X8") == []


def test_the_sample_is_without_errors_and_warns_of_what_its_plan_names() -> None:
    warnings = [(each.file, each.rule) for each in problems()]
    assert warnings == [
        (DEV, "I1"),
        (PROD, "B72"),
        (SANDBOX, "I1"),
        (TEST, "I1"),
        ("stacks/organisation.yaml", "D23"),
        ("stacks/teams/innsikt.yaml", "H12"),
    ]
    assert {each.severity for each in problems()} == {Severity.WARNING}


def test_a_section_that_can_not_be_read_hides_no_rule_about_the_others() -> None:
    edit = edited(DEV, {"    ring: 1\n": "    ring: one\n", "release_channel: REGULAR": "release_channel: RAPID"})
    found = problems(edit, edited(PROD, {"{min: 9, start: 9, max: 12}": "{min: 9, start: 9, max: 16}"}))
    assert {"format", "X10"} <= {each.rule for each in found}
