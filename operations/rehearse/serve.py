"""`./hybrid rehearse serve ENV`: the simulated clouds in the foreground, for plain `pulumi` commands."""

from __future__ import annotations

import shlex
import signal
import sys
import threading

from model.estate import Environment
from operations.console import FINE, note, say
from operations.rehearse.session import opened
from rehearsal.engine.acquire import acquire


def serve(env: Environment) -> int:
    """Serve the world of `env` until interrupted, having printed what plain `pulumi` needs to use it."""
    stopped = threading.Event()

    def stop(_number: int, _frame: object) -> None:
        stopped.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    with opened(env, acquire()) as session:
        bench = session.workbench
        for name, value in session.clouds.environment().items():
            say(f"export {name}={shlex.quote(value)}")
        state = (bench.home / "state").as_uri()
        say(f"export PULUMI_BACKEND_URL={shlex.quote(state)}")
        say("export PULUMI_CONFIG_PASSPHRASE=rehearsal")
        config = bench.home / "workspace" / f"Pulumi.{env.name}.yaml"
        note(
            f"The simulated clouds of {env.name} are up. In another terminal, set the variables above in the project's"
        )
        note(f"folder, then: pulumi preview -s {env.name} --config-file {shlex.quote(str(config))}")
        note("Ctrl-C ends them; what was made stays in the world.")
        sys.stdout.flush()
        stopped.wait()
    return FINE
