"""Attached clusters: the registration of clusters that others run, and the manifest that their owners apply before.

Not here: the clusters themselves. Nothing in this program makes, upgrades or deletes one (E42); taking one out of the
files takes it out of the fleet, and what runs in it keeps running.
"""
