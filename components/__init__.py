"""Pulumi components, one folder an area. They receive frozen values and read neither configuration nor files."""
