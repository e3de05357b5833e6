"""The entry of the Pulumi program: `pulumi preview -s dev` runs this file."""

from infra.program import run

run()
