"""Network namespaces, the links between them, and FRR in them; everything is gone when the block ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

DAEMONS: Final = Path("/usr/lib/frr")
NOWHERE: Final = "02:00:00:00:00:01"
"""An address that no interface here has: what is sent to it is lost without a sound."""
_STARTS: Final = 20.0


def tool(*words: str, given: str | None = None, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a program of the machine, found on PATH, and return how it ended. `given` is its input."""
    program = shutil.which(words[0]) or words[0]
    return subprocess.run(
        [program, *words[1:]], input=given, capture_output=True, text=True, check=False, timeout=seconds
    )


def missing() -> str | None:
    """Return why FRR can not be tried here, or None."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    for program in ("ip", "vtysh"):
        if shutil.which(program) is None:
            return f"no {program} here: apt-get install iproute2 frr"
    for daemon in ("zebra", "bgpd"):
        if not (DAEMONS / daemon).exists():
            return f"no {daemon} here: apt-get install frr"
    probe = f"vpn-probe-{os.getpid()}"
    done = tool("ip", "netns", "add", probe)
    if done.returncode:
        return f"no network namespaces here: {done.stderr.strip()}"
    tool("ip", "netns", "delete", probe)
    return None


def ip(space: str, *commands: str) -> None:
    """Run `ip` commands in a namespace, all in one process; raises `RuntimeError` with what it says when one fails."""
    done = tool("ip", "-n", space, "-batch", "-", given="\n".join(commands))
    if done.returncode:
        raise RuntimeError(f"{space}: {done.stderr.strip()} in {commands}")


def _must(done: subprocess.CompletedProcess[str]) -> None:
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, done.args))}: {done.stderr.strip()}")


@dataclass
class Router:
    """A namespace with zebra and bgpd."""

    name: str
    space: str
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list[subprocess.Popen[bytes]])

    def start(self) -> None:
        """Start the daemons without a configuration and wait until they can be spoken to."""
        self.folder.mkdir()
        (self.folder / "vtysh.conf").touch()
        # The daemons run as the user that the package makes for them.
        shutil.chown(self.folder, "frr", "frr")
        for daemon in ("zebra", "bgpd"):
            config = self.folder / f"{daemon}.conf"
            config.touch()
            command = [shutil.which("ip") or "ip", "netns", "exec", self.space, str(DAEMONS / daemon)]
            command += ["-f", str(config), "-z", str(self.folder / "zserv.api"), "--vty_socket", str(self.folder)]
            command += ["-i", str(self.folder / f"{daemon}.pid"), "-P", "0"]
            log = (self.folder / f"{daemon}.log").open("wb")
            self.processes.append(
                subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
            )
            log.close()
            self._wait(daemon)

    def _wait(self, daemon: str) -> None:
        until = time.monotonic() + _STARTS
        while not (self.folder / f"{daemon}.vty").exists():
            if self.processes[-1].poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{daemon} of {self.name}: {(self.folder / f'{daemon}.log').read_text()}")
            time.sleep(0.02)

    def configure(self, text: str) -> None:
        """Add a configuration to the running one, as a person does with `vtysh -f`."""
        file = self.folder / "added.conf"
        file.write_text(text, encoding="utf-8")
        self.vtysh("-f", str(file))

    def command(self, *lines: str) -> str:
        """Run lines one after another in one shell."""
        return self.vtysh(*(word for line in lines for word in ("-c", line)))

    def vtysh(self, *words: str) -> str:
        """Run vtysh; raises `RuntimeError` when it refuses something."""
        done = tool("vtysh", "--vty_socket", str(self.folder), "--config_dir", str(self.folder), *words)
        if done.returncode or done.stdout.lstrip().startswith("%"):
            raise RuntimeError(f"{self.name} refuses: {done.stdout}{done.stderr}")
        return done.stdout

    def stop(self) -> None:
        """End the daemons."""
        for process in reversed(self.processes):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes.clear()


@dataclass
class Bench:
    """Routers and links that belong together. `stem` begins the name of each namespace."""

    stem: str
    folder: Path
    routers: dict[str, Router] = field(default_factory=dict[str, Router])
    spaces: list[str] = field(default_factory=list[str])

    def space(self, name: str) -> str:
        """Return a new namespace."""
        space = f"{self.stem}-{name}"
        self.spaces.append(space)
        _must(tool("ip", "netns", "add", space))
        ip(space, "link set lo up")
        return space

    def router(self, name: str) -> Router:
        """Return a new router, not started yet."""
        space = self.space(str(len(self.spaces)))
        self.routers[name] = Router(name, space, self.folder / str(len(self.spaces)))
        return self.routers[name]

    def link(self, one: tuple[str, str], other: tuple[str, str]) -> None:
        """Join two namespaces by a wire; each end is a namespace and the interface's name."""
        wire = ("type", "veth", "peer", "name", other[1], "netns", other[0])
        _must(tool("ip", "-n", one[0], "link", "add", one[1], *wire))

    def close(self) -> None:
        """End every process and take every namespace away, whatever happened before."""
        for router in self.routers.values():
            router.stop()
        for space in self.spaces:
            tool("ip", "netns", "delete", space)
        self.spaces.clear()


@contextmanager
def bench() -> Generator[Bench]:
    """Give an empty bench and clear it away afterwards."""
    with tempfile.TemporaryDirectory(prefix="frr-") as folder:
        Path(folder).chmod(0o755)
        made = Bench(f"vpn{os.getpid()}-{Path(folder).name[4:]}", Path(folder))
        try:
            yield made
        finally:
            made.close()


def wait_until(holds: Iterable[bool], seconds: float) -> bool:
    """Look again and again until `holds` gives True; say whether it did in time."""
    until = time.monotonic() + seconds
    for now in holds:
        if now:
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return False


def entries(found: object) -> list[dict[str, object]]:
    """Return what `ip -json` gave as a list of objects."""
    return cast("list[dict[str, object]]", found)
