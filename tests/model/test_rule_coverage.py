"""Every rule of on-prem clusters and of the network is enforced: by a check, by the shape of files, or not and why."""

from __future__ import annotations

import pytest

from model.rules.construction import HELD, LEFT
from model.rules.reference import all_rules

TO_ENFORCE = """
    A21 A22 A24 A26 A27 A28 A29 A31 A32 A33 A35 A37 A38 A39 A40 A44 A45 A47 A60 A61 A63 A64 A65 A80 A81 A82
    B1 B2 B3 B4 B5 B7 B8 B20 B21 B22 B30 B31 B32 B33 B34 B35 B36 B37 B39 B40 B41 B42 B43 B45 B46 B48 B49 B50 B51 B52
    B54 B81
"""
"""Rules of the admin cluster, of user clusters and of their node pools that a wrong file could break."""

OF_THE_NETWORK = """
    B40 B41 B42 B43 B44 B45 B46 B48 B49 C20 C21 C22 C23 C24 C25 C26 C27 C28 C29 C30 C50 C51 C52 C53
    D1 D2 D3 D4 D5 D6 D7 D8 D9 D10 D11 D12 D13 D14 D15 D16 D17 D18 D19 D20 D21 D22 D23 D24 X5 X6
"""
"""Rules of addresses, of the VPC and of the link to the sites."""

OF_ACCESS = """
    E13 E14 E15 E16 E30 E31 E32 E33 E34 F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12 F13 F14 F15 F16 F17 F18 F19 X7 X8 X10
"""
"""Rules of access: scopes of the fleet, the Connect gateway, IAM, secrets and production's own."""


@pytest.mark.parametrize(
    "numbers", [TO_ENFORCE, OF_THE_NETWORK, OF_ACCESS], ids=["on-prem clusters", "network", "access"]
)
def test_every_rule_is_enforced_or_has_a_reason(numbers: str) -> None:
    checked = {number for entry in all_rules() for number in entry.rule.numbers}
    explained = {each.number for each in (*HELD, *LEFT)}
    assert [number for number in numbers.split() if number not in checked | explained] == []


def test_no_rule_is_both_enforced_by_a_check_and_said_not_to_be() -> None:
    checked = {number for entry in all_rules() for number in entry.rule.numbers}
    assert {each.number for each in LEFT} & (checked | {each.number for each in HELD}) == set()
