"""The generated configuration read by the programs that will read it: vtysh, strongSwan's daemon, sh.

A parser says that the words are words of its language, not that the whole does what is meant; `test_failover` plays
that for BGP.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from model.estate import Environment
from model.planning.peers.makes import Make, files
from model.planning.peers.plan import device_plan, devices
from tests.frr.spaces import tool
from tests.model.cases import sample
from tests.model.linked import ALL_LINKS, linked

ENVIRONMENTS: Final = ("sandbox", "dev", "test", "prod")
DEVICES: Final = ("fw-a", "fw-b")
GATEWAYS: Final = {0: "192.0.2.201", 1: "192.0.2.202"}
CHARON: Final = Path("/usr/lib/ipsec/charon")

SWAN: Final = """
set -eu
mount -t tmpfs tmpfs /run
cat > /run/strongswan.conf <<END
charon {
  install_routes = no
  filelog {
    log {
      path = /run/charon.log
    }
  }
  plugins {
    include /etc/strongswan.d/charon/*.conf
    vici {
      socket = unix:///run/charon.vici
    }
  }
}
END
export STRONGSWAN_CONF=/run/strongswan.conf
ip link set lo up
"$0" >/dev/null 2>&1 &
waited=0
until [ -S /run/charon.vici ]; do
  waited=$((waited + 1)); [ "$waited" -lt 100 ] || { cat /run/charon.log; exit 9; }
  sleep 0.1
done
for file in "$@"; do
  swanctl --load-all --noprompt --clear --file "$file" --uri unix:///run/charon.vici 2>/dev/null
  swanctl --list-conns --uri unix:///run/charon.vici 2>/dev/null
done
"""
"""A daemon of its own, with a /run of its own, in namespaces that end with it."""


LINKED: Final = "every kind of link"


def organisation(name: str) -> Environment:
    """Return an environment of the sample, or the sandbox with every kind of link, key and cipher."""
    return linked(*ALL_LINKS) if name == LINKED else sample().environments[name]


def written(folder: Path, name: str) -> list[Path]:
    """Return the files of every device of an environment, with Google's addresses in them."""
    env = organisation(name)
    found: list[Path] = []
    for device in devices(env):
        for file, text in files(device_plan(env, device, GATEWAYS), Make.STRONGSWAN).items():
            path = folder / file
            path.write_text(text, encoding="utf-8")
            found.append(path)
    return found


@pytest.mark.skipif(shutil.which("vtysh") is None, reason="no vtysh here: apt-get install frr")
class TestVtysh:
    @staticmethod
    def check(file: Path) -> str:
        done = tool("vtysh", "-C", "-f", str(file))
        return f"{done.stdout}{done.stderr}" if done.returncode or "%" in done.stdout else ""

    @pytest.mark.parametrize("name", [*ENVIRONMENTS, LINKED])
    def test_vtysh_takes_every_line(self, name: str, tmp_path: Path) -> None:
        checked = [path for path in written(tmp_path, name) if path.name.endswith(".frr.conf")]
        assert len(checked) == len(DEVICES)
        for path in checked:
            assert not self.check(path)

    @pytest.mark.parametrize("device", DEVICES)
    def test_the_files_of_all_environments_fit_on_one_device(self, device: str, tmp_path: Path) -> None:
        texts = [
            path.read_text(encoding="utf-8")
            for name in ENVIRONMENTS
            for path in written(tmp_path, name)
            if path.name == f"{name}-{device}.frr.conf"
        ]
        assert len(texts) == len(ENVIRONMENTS)
        whole = tmp_path / "frr.conf"
        whole.write_text("".join(texts), encoding="utf-8")
        assert not self.check(whole)

    def test_vtysh_refuses_a_word_that_is_none(self, tmp_path: Path) -> None:
        path = next(path for path in written(tmp_path, "dev") if path.name.endswith(".frr.conf"))
        path.write_text(path.read_text(encoding="utf-8").replace("maximum-paths", "most-paths"), encoding="utf-8")
        assert "most-paths" in self.check(path)


@pytest.mark.skipif(
    not CHARON.exists() or shutil.which("swanctl") is None or os.geteuid() != 0,
    reason="no strongSwan here, or not root: apt-get install strongswan-swanctl strongswan-charon",
)
class TestStrongSwan:
    @staticmethod
    def load(*paths: Path) -> subprocess.CompletedProcess[str]:
        alone = ("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child")
        return tool(*alone, "sh", "-c", SWAN, str(CHARON), *map(str, paths))

    def test_the_daemon_loads_every_connection_and_key(self, tmp_path: Path) -> None:
        paths: list[Path] = []
        # The sandbox with every kind of link has the sandbox's names, and comes after it.
        for name in (*ENVIRONMENTS, LINKED):
            folder = tmp_path / name
            folder.mkdir()
            paths += [path for path in written(folder, name) if path.name.endswith("swanctl.conf")]
        done = self.load(*paths)
        assert done.returncode == 0, done.stdout + done.stderr
        for env in map(organisation, (*ENVIRONMENTS, LINKED)):
            for tunnel in env.vpn.tunnels:
                assert f"loaded connection 'varde-{env.name}-{tunnel}'" in done.stdout
                assert f"loaded ike secret 'ike-varde-{env.name}-{tunnel}'" in done.stdout
                assert f"varde-{env.name}-{tunnel}: IKEv2" in done.stdout
        assert "rekeying every 36000s, dpd delay 20s" in done.stdout

    def test_the_daemon_refuses_a_cipher_that_is_none(self, tmp_path: Path) -> None:
        path = next(path for path in written(tmp_path, "dev") if path.name.endswith("swanctl.conf"))
        path.write_text(path.read_text(encoding="utf-8").replace("aes256gcm16", "aes999gcm16"), encoding="utf-8")
        assert "loaded connection" not in self.load(path).stdout


@pytest.mark.parametrize("name", [*ENVIRONMENTS, LINKED])
def test_the_scripts_are_words_of_a_shell(name: str, tmp_path: Path) -> None:
    scripts = [path for path in written(tmp_path, name) if path.name.endswith(".sh")]
    assert len(scripts) == len(DEVICES)
    for path in scripts:
        done = tool("sh", "-n", str(path))
        assert not done.returncode, done.stderr


@pytest.mark.skipif(shutil.which("nft") is None or os.geteuid() != 0, reason="no nft here, or not root")
@pytest.mark.parametrize("name", [*ENVIRONMENTS, LINKED])
def test_nft_takes_the_clamp(name: str, tmp_path: Path) -> None:
    for path in written(tmp_path, name):
        if path.name.endswith(".sh"):
            rules = path.read_text(encoding="utf-8").partition("<<'END'\n")[2].partition("END\n")[0]
            assert "maxseg size set 1366" in rules
            done = tool("unshare", "--net", "nft", "--check", "--file", "-", given=rules)
            assert not done.returncode, done.stderr
