"""A headless browser to look at pages with: Chromium, spoken to over a pair of pipes in the DevTools protocol.

https://chromedevtools.github.io/devtools-protocol/ (`--remote-debugging-pipe`: messages of JSON, each ended by a NUL,
on file descriptors 3 and 4). Nothing is listened on, and no driver is needed.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

BROWSER: Final = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MISSING: Final = "no browser to look at the page with: apt-get install chromium"
_PATIENCE: Final = 60.0
"""Seconds for one answer: a guard against a hang, not a budget."""


class Browser:
    """A running browser; `opened` starts one."""

    def __init__(self, reader: int, writer: int) -> None:
        self._reader, self._writer = reader, writer
        self._number = 0
        self._rest = b""
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, session: str = "", **parameters: object) -> dict[str, Any]:
        """Do one thing and return its result; events that come meanwhile are kept."""
        self._number += 1
        number = self._number
        message: dict[str, object] = {"id": number, "method": method, "params": parameters}
        message |= {"sessionId": session} if session else {}
        os.write(self._writer, json.dumps(message).encode() + b"\0")
        while True:
            found = self._next()
            if found.get("id") == number:
                assert "error" not in found, f"{method}: {found['error']}"
                return cast("dict[str, Any]", found["result"])
            self.events.append(found)

    def wait(self, method: str, session: str) -> None:
        """Wait for an event of a tab."""
        while not any(each.get("method") == method and each.get("sessionId") == session for each in self.events):
            self.events.append(self._next())

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._reader], [], [], _PATIENCE)
            assert ready, "the browser does not answer"
            chunk = os.read(self._reader, 1 << 20)
            assert chunk, "the browser has ended"
            self._rest += chunk
        text, _, self._rest = self._rest.partition(b"\0")
        return cast("dict[str, Any]", json.loads(text))

    def look(self, file: Path, *, width: int = 1240, height: int = 900, dark: bool = False, paper: bool = False) -> Tab:
        """Open a page in a window of this size, as a screen shows it or as it is printed."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = str(self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable", session)
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", session, **size)
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", session, media="print" if paper else "", features=features)
        self.call("Page.navigate", session, url=file.as_uri())
        self.wait("Page.loadEventFired", session)
        return Tab(self, session, file.as_uri())


class Tab:
    """A page that has been loaded."""

    def __init__(self, browser: Browser, session: str, url: str) -> None:
        self._browser, self._session, self._url = browser, session, url

    def value(self, expression: str) -> Any:
        """Return the value of an expression in the page, which its own policy does not restrain."""
        given = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        found = self._browser.call("Runtime.evaluate", self._session, **given)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def press(self, key: str) -> None:
        """Press a key and let it go."""
        text = {"Enter": "\r", " ": " "}.get(key, "")
        for kind in ("keyDown", "keyUp"):
            self._browser.call("Input.dispatchKeyEvent", self._session, type=kind, key=key, code=key, text=text)

    def requested(self) -> list[str]:
        """Return what the page has asked for besides itself."""
        events = self._events("Network.requestWillBeSent")
        return [url for url in (str(each["request"]["url"]) for each in events) if url != self._url]

    def complaints(self) -> list[str]:
        """Return what the browser has against the page: errors, and what its policy stopped."""
        entries = [str(each["entry"]["text"]) for each in self._events("Log.entryAdded")]
        thrown = [str(each["exceptionDetails"]["text"]) for each in self._events("Runtime.exceptionThrown")]
        return entries + thrown + [str(each["args"]) for each in self._events("Runtime.consoleAPICalled")]

    def screenshot(self, file: Path, *, whole: bool = False) -> None:
        """Write what the window shows, or the whole page, as PNG."""
        found = self._browser.call("Page.captureScreenshot", self._session, captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(found["data"]))

    def _events(self, method: str) -> list[dict[str, Any]]:
        return [
            cast("dict[str, Any]", each["params"])
            for each in self._browser.events
            if each.get("method") == method and each.get("sessionId") == self._session
        ]


@contextmanager
def opened(profile: Path) -> Generator[Browser]:
    """Start a browser that keeps its profile in a folder, and end it."""
    assert BROWSER is not None, MISSING
    theirs, writer = os.pipe()
    reader, theirs_too = os.pipe()
    # Above 3 and 4, so that neither is overwritten before it is moved there.
    high = [fcntl.fcntl(each, fcntl.F_DUPFD, 20) for each in (theirs, theirs_too)]
    words = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run"]
    with (profile.parent / "browser.log").open("wb") as log:
        process = os.posix_spawn(
            BROWSER,
            [*words, f"--user-data-dir={profile}", "about:blank"],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, high[0], 3),
                (os.POSIX_SPAWN_DUP2, high[1], 4),
                (os.POSIX_SPAWN_DUP2, log.fileno(), 1),
                (os.POSIX_SPAWN_DUP2, log.fileno(), 2),
            ],
            setsid=True,
        )
    for each in (theirs, theirs_too, *high):
        os.close(each)
    try:
        yield Browser(reader, writer)
    finally:
        os.close(writer)
        os.close(reader)
        _ended(process)


def _ended(process: int) -> None:
    """Wait for a browser whose pipes are closed: it ends by itself, or is ended with what it started."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if os.waitpid(process, os.WNOHANG)[0]:
            return
        time.sleep(0.05)
    os.killpg(process, signal.SIGKILL)
    os.waitpid(process, 0)
