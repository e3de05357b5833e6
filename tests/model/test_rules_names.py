"""Names: each limit, and one name for one thing."""

from __future__ import annotations

import pytest

from tests.model.cases import DEV, ORGANISATION, PROD, edited, of_rule, refused, second_generation

LONG = "n" * 41

REFUSED = {
    "a long admin cluster": (
        "A20",
        edited(DEV, {"      - name: onp1-dev-admin\n": "      - name: onp1-dev-admin-clustr\n"}),
        "'onp1-dev-admin-clustr' has 21 characters; the API takes 20",
    ),
    "a long user cluster": (
        "B1",
        edited(DEV, {"        id: onp1-dev-user-cluster\n": f"        id: {LONG}\n"}),
        "has 41",
    ),
    "a long on-prem pool": (
        "B1",
        edited(DEV, {"          - name: ingress\n": f"          - name: {LONG}\n"}),
        "pool of onp1-dev",
    ),
    "a long GKE cluster": (
        "C1",
        edited(DEV, {"      - name: gcp1-dev\n": f"      - name: {LONG}\n"}),
        "the API takes 40",
    ),
    "a long GKE pool": (
        "C1",
        edited(
            DEV,
            {
                (
                    "          - name: general\n            machine_type"
                ): f"          - name: {LONG}\n            machine_type"
            },
        ),
        "pool of gcp1-dev",
    ),
    "one name for an on-prem and a GKE cluster": (
        "X6",
        edited(DEV, {"      - name: gcp1-dev\n": "      - name: onp1-dev\n"}),
        "'onp1-dev' is a cluster of dev already",
    ),
    "the name of another environment's cluster": (
        "X6",
        edited(PROD, {"      - name: gcp1-prod\n": "      - name: gcp1-dev\n"}),
        "'gcp1-dev' is a cluster of dev already",
    ),
    "a subnet whose name in the cloud is too long": (
        "X6",
        edited(DEV, {"      proxy:\n": f"      {'p' * 54}:\n"}),
        "use a key of at most 53 characters",
    ),
    "an address whose name in the cloud is too long": (
        "X6",
        edited(DEV, {"        egress-1: ": f"        {'e' * 60}: "}),
        "has 70 characters; Compute Engine takes 63",
    ),
    "accounts with long ids": (
        "A81",
        edited(ORGANISATION, {"plan: varde-{environment}-plan@": "plan: varde-{environment}-previews-only-plan@"}),
        "account 'varde-sandbox-previews-only-plan' has 32 characters",
    ),
}


@pytest.mark.parametrize(("rule", "edit", "saying"), REFUSED.values(), ids=REFUSED)
def test_is_refused(rule: str, edit: dict[str, str], saying: str) -> None:
    refused(rule, edit, saying=saying)


def test_names_at_their_limits_are_accepted() -> None:
    edit = edited(
        DEV,
        {
            "      - name: onp1-dev-admin\n": f"      - name: {'a' * 20}\n",
            "        id: onp1-dev-user-cluster\n": f"        id: {'u' * 40}\n",
            "      - name: gcp1-dev\n": f"      - name: {'g' * 40}\n",
            "      proxy:\n": f"      {'p' * 53}:\n",
        },
    )
    found = [each for rule in ("A20", "B1", "C1", "X6") for each in of_rule(rule, edit)]
    assert [each.text() for each in found] == []


def test_two_generations_have_different_names() -> None:
    assert of_rule("X6", second_generation()) == []
