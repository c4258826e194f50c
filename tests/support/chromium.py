"""A real Chromium without a window, driven over the DevTools protocol by pipes: clicks, keys, screenshots.

``installed`` finds one that is on the computer; nothing is fetched.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def installed() -> str | None:
    """The browser's path; None where there is none that takes pipes this way."""
    return next(filter(None, map(shutil.which, NAMES)), None) if os.name == "posix" else None


class Page:
    """One tab. An answer that is an error or does not come in time is an AssertionError."""

    def __init__(self, send_to: int, read_from: int, patience: float) -> None:
        self._to, self._from, self._patience = send_to, read_from, patience
        self._number, self._rest, self._session = 0, b"", ""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def open(self, url: str) -> None:
        """Go there and wait until everything has loaded, also where it is the same page anew."""
        self.see("window.isLeft = true")
        self._call("Page.navigate", url=url)
        new = f"!window.isLeft && location.href.startsWith({json.dumps(url[:7])})"
        self.wait(f"{new} && document.readyState === 'complete'")

    def see(self, expression: str) -> Any:
        """The value of an expression in the page."""
        answer = self._call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, expression: str) -> None:
        """Until it is true."""
        until = time.monotonic() + self._patience
        while not self.see(expression):
            assert time.monotonic() < until, f"never came true: {expression}"
            time.sleep(0.05)

    def click(self, selector: str) -> None:
        """With the mouse, in the middle of what is there; it must be what is on top."""
        place = self.see(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            "e.scrollIntoView({block: 'center'});"
            "const b = e.getBoundingClientRect(); const x = b.x + b.width / 2, y = b.y + b.height / 2;"
            "return [x, y, document.elementFromPoint(x, y) === e]; })()"
        )
        assert place[2], f"{selector} is covered"
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)

    def press(self, key: str) -> None:
        """A key that writes a character."""
        self._call("Input.dispatchKeyEvent", type="keyDown", key=key, text=key)
        self._call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def downloads_to(self, folder: Path) -> None:
        """Where files that the page saves go."""
        session, self._session = self._session, ""
        self._call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
        self._session = session

    def screenshot(self) -> bytes:
        """As PNG."""
        return base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"])

    def _call(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + self._patience
        while True:
            answer = self._message(until)
            if answer.get("id") == self._number:
                assert "error" not in answer, answer["error"]
                return answer["result"]

    def _message(self, until: float) -> Any:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._from], [], [], max(0.0, until - time.monotonic()))
            assert ready, "the browser does not answer"
            more = os.read(self._from, 1 << 20)
            assert more, "the browser has ended"
            self._rest += more
        one, _, self._rest = self._rest.partition(b"\0")
        return json.loads(one)


@contextlib.contextmanager
def page(browser: str, profile: Path, patience: float) -> Iterator[Page]:
    """A tab of a browser of its own, which ends with it."""
    ours_in, its_out = os.pipe()
    its_in, ours_out = os.pipe()
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for fd in (its_in, its_out)]  # 3 and 4 may be taken

    def hand_over() -> None:
        os.dup2(high[0], 3)
        os.dup2(high[1], 4)

    command = [browser, "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={profile}", "--no-sandbox"]
    command += ["--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--window-size=1000,800"]
    process = subprocess.Popen(
        command,
        preexec_fn=hand_over,
        pass_fds=(3, 4),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for fd in (its_in, its_out, *high):
            os.close(fd)
        yield Page(ours_out, ours_in, patience)
    finally:
        os.close(ours_out)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        os.close(ours_in)
