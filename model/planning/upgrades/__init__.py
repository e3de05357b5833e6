"""Upgrades of the on-prem side: which steps are legal, in which order, what each takes, and what stands in its way."""
