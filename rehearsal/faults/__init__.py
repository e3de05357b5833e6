"""Faults: what can go wrong between the engine and a cloud, as rules, and what must hold when it is over."""

from rehearsal.faults.injector import Injector, parse_rules
from rehearsal.faults.rule import BadRuleError, Rule, parse_rule

__all__ = ["BadRuleError", "Injector", "Rule", "parse_rule", "parse_rules"]
