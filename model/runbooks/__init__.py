"""Runbooks: what a person does step by step where no API can, or where an `up` is one step among others.

Pure functions from an environment to a `Runbook`. Every name, address, version and path comes from the model; a command
can be copied as it stands. Secrets appear as references, with the command that fetches them.
"""
