"""Try a bundle as a person would: its desktop entry, an edit by mouse and keyboard, the command line.

    python packaging/check_bundle.py dist/rtedit_0.1.0_amd64.deb [--pictures dist/pictures]

Linux, with Xvfb, openbox, xdotool and ImageMagick's import. The package is unpacked, not installed. Prints one line for
each thing that was tried, with what it took, and ends with 1 when something was not as it should be.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WINDOW_LIMIT_S = 4.0
PATIENCE_S = 180.0
SIZE = "1280x900x24"
# In the window as it opens there, 1180 x 820.
FIRST_SAMPLE = (732, 424)
DIVIDER_TO_THE_MIDDLE = ((522, 170), (597, 170))  # of that photo, with a result


class Screen:
    """A display of its own with a window manager, and hands on it."""

    def __init__(self, pictures: Path) -> None:
        self.pictures = pictures
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", SIZE, "-nolisten", "tcp"],
            pass_fds=[writing], stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writing)
        with os.fdopen(reading) as pipe:
            self.name = f":{pipe.readline().strip()}"
        self.environment = {**os.environ, "DISPLAY": self.name}
        self.environment.pop("QT_QPA_PLATFORM", None)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._manager = subprocess.Popen(["openbox"], env=self.environment, **quiet)
        time.sleep(1)

    def close(self) -> None:
        for process in (self._manager, self._server):
            process.terminate()
            process.wait()

    def do(self, *words: str) -> str:
        ended = subprocess.run(["xdotool", *words], env=self.environment, capture_output=True, text=True, check=False)
        return ended.stdout.strip()

    def window(self, title: str) -> str:
        """The shown window whose title matches, or nothing."""
        return self.do("search", "--onlyvisible", "--name", title).partition("\n")[0]

    def wait_for(self, title: str, patience: float = PATIENCE_S) -> str:
        return until(lambda: self.window(title), f"no window called {title}", patience)

    def keys(self, *names: str) -> None:
        for name in names:
            self.do("key", "--clearmodifiers", name)
            time.sleep(0.2)

    def type(self, text: str) -> None:
        self.do("type", "--delay", "25", text)

    def click(self, window: str, x: int, y: int) -> None:
        self.do("mousemove", "--window", window, str(x), str(y), "click", "1")

    def drag(self, window: str, start: tuple[int, int], end: tuple[int, int]) -> None:
        self.do("mousemove", "--window", window, *map(str, start), "mousedown", "1")
        for part in range(1, 9):
            x, y = (a + (b - a) * part // 8 for a, b in zip(start, end, strict=True))
            self.do("mousemove", "--window", window, str(x), str(y))
            time.sleep(0.05)
        self.do("mouseup", "1")

    def picture(self, name: str) -> None:
        path = self.pictures / f"{name}.png"
        subprocess.run(["import", "-window", "root", str(path)], env=self.environment, check=True)


class Bundle:
    """An unpacked package, and the ways to start what is in it."""

    def __init__(self, root: Path, home: Path, screen: Screen) -> None:
        self.root, self.screen = root, screen
        self.home = home
        share = root / "usr" / "share"
        self.environment = {
            **screen.environment,
            "HOME": str(home), "RTEDIT_HOME": str(home / "rtedit"),
            "XDG_DATA_DIRS": f"{share}:/usr/local/share:/usr/share",
            "PATH": f"{root / 'opt' / 'rtedit'}:{os.environ['PATH']}",
        }  # fmt: skip
        for name in ("VIRTUAL_ENV", "PYTHONPATH", "LD_LIBRARY_PATH"):
            self.environment.pop(name, None)

    def launch(self, *files: Path) -> None:
        """By the desktop entry, as a double click does."""
        subprocess.run(["gtk-launch", "rtedit", *map(str, files)], env=self.environment, check=True)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["rtedit", *words], env=self.environment, capture_output=True, text=True, check=False, cwd=self.home
        )


class Report:
    """One line for each thing."""

    def __init__(self) -> None:
        self.missed = 0

    def say(self, what: str, detail: str = "", met: bool = True) -> None:
        self.missed += not met
        print(f"{'ok    ' if met else 'MISSED'}  {what}{': ' + detail if detail else ''}", flush=True)

    def time(self, what: str, seconds: float, limit: float | None = None) -> None:
        detail = f"{seconds:.2f} s" + (f" (limit {limit:g})" if limit else "")
        self.say(what, detail, limit is None or seconds <= limit)


def until(look: Callable[[], str], otherwise: str, patience: float = PATIENCE_S) -> str:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise TimeoutError(otherwise)


def start(bundle: Bundle, report: Report, what: str, limit: float | None) -> None:
    began = time.monotonic()
    bundle.launch()
    bundle.screen.wait_for("RTEdit")
    report.time(what, time.monotonic() - began, limit)


def leave(bundle: Bundle) -> None:
    bundle.screen.keys("ctrl+q")
    until(lambda: "" if bundle.screen.window("RTEdit") else "gone", "the window did not close")
    until(lambda: "" if running(bundle) else "gone", "the program did not end")


def running(bundle: Bundle) -> list[int]:
    """The processes of this bundle."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(entry / "exe").startswith(str(bundle.root)):
                found.append(int(entry.name))
    return found


def forget_files() -> bool:
    """Let the system forget what it has read, which only its owner may ask for."""
    os.sync()
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError:
        return False
    return True


def check_starts(bundle: Bundle, report: Report) -> None:
    if forget_files():
        start(bundle, report, "window shown, files not read before", WINDOW_LIMIT_S)
        time.sleep(8)  # the models load
        bundle.screen.picture("1-empty")
        leave(bundle)
    else:
        report.say("window shown, files not read before", "not tried: not allowed to empty the cache")
    times = []
    for _ in range(3):
        began = time.monotonic()
        bundle.launch()
        bundle.screen.wait_for("RTEdit")
        times.append(time.monotonic() - began)
        time.sleep(3)
        leave(bundle)
    report.time(f"window shown, again ({', '.join(f'{t:.2f}' for t in times)})", sorted(times)[1], WINDOW_LIMIT_S)


def check_edit(bundle: Bundle, report: Report, photo: Path) -> None:
    """A photo, a prompt, Enter, save, keep as a preset; the photo comes by a second start."""
    screen = bundle.screen
    start(bundle, report, "window shown", None)
    time.sleep(2)
    screen.click(screen.window("RTEdit"), *FIRST_SAMPLE)
    screen.wait_for("astronaut.jpg", 10)
    report.say("a sample opened by mouse")
    began = time.monotonic()
    bundle.launch(photo)
    screen.wait_for(photo.name)
    report.time("a second start handed its photo over", time.monotonic() - began)
    until(lambda: "one" if len(running(bundle)) == 1 else "", "the second start did not end", 5)
    before = photo.read_bytes()
    screen.keys("ctrl+l")
    screen.type("tanned face")
    screen.picture("2-prompt")
    began = time.monotonic()
    screen.keys("Return")
    time.sleep(1)
    screen.picture("3-running")
    until(lambda: screen.window(r"\*"), "no result came")
    report.time("edit: from Enter to the result", time.monotonic() - began)
    time.sleep(1)
    screen.drag(screen.window(photo.name), *DIVIDER_TO_THE_MIDDLE)
    time.sleep(1)
    screen.picture("4-result")

    saved = bundle.home / "tanned.png"
    screen.keys("ctrl+s")
    screen.wait_for("Save the result")
    time.sleep(2)  # until it takes keys
    screen.keys("ctrl+a")
    screen.type(str(saved))
    screen.picture("5-saving")
    screen.keys("Return")
    until(lambda: "there" if saved.exists() and saved.stat().st_size else "", "nothing was saved")
    report.say("saved by keyboard", f"{saved.stat().st_size} bytes", saved.read_bytes() != before)
    report.say("the photo is as it was", "", photo.read_bytes() == before)

    screen.keys("ctrl+shift+p")
    screen.wait_for("Save as preset")
    time.sleep(1)
    screen.picture("6-preset")
    screen.keys("Return")
    presets = bundle.home / "rtedit" / "data" / "presets"
    until(lambda: "there" if list(presets.glob("*.rtpreset")) else "", "no preset was kept")
    time.sleep(1)
    screen.picture("7-kept")
    report.say("kept as a preset", ", ".join(path.name for path in presets.glob("*.rtpreset")))
    leave(bundle)


def check_preset(bundle: Bundle, report: Report) -> None:
    """A preset file from elsewhere, opened by double click while no window is open."""
    presets = bundle.home / "rtedit" / "data" / "presets"
    own = next(presets.glob("*.rtpreset"))
    came = bundle.home / "from a friend.rtpreset"
    shutil.move(own, came)
    bundle.launch(came)
    bundle.screen.wait_for("RTEdit")
    until(lambda: "there" if list(presets.glob("*.rtpreset")) else "", "the preset was not taken in")
    time.sleep(2)
    bundle.screen.picture("8-preset-opened")
    report.say("a preset file opened by its desktop entry was taken in")
    leave(bundle)


def check_without_console(bundle: Bundle, report: Report, photo: Path) -> None:
    """With the streams closed, Python has None for them, as in a windowed program on Windows."""
    program = bundle.root / "opt" / "rtedit" / "rtedit-desktop"
    subprocess.run(["sh", "-c", f'"{program}" "{photo}" <&- >&- 2>&- &'], env=bundle.environment, check=True)
    bundle.screen.wait_for(photo.name)
    time.sleep(10)
    bundle.screen.keys("ctrl+l")
    bundle.screen.type("pale face")
    bundle.screen.keys("Return")
    until(lambda: bundle.screen.window(r"\*"), "no result came")
    report.say("an edit without a console")
    for number in running(bundle):
        os.kill(number, 9)
    until(lambda: "" if running(bundle) else "gone", "it lives on")
    bundle.launch()
    bundle.screen.wait_for("RTEdit")
    time.sleep(3)
    bundle.screen.picture("9-after-kill")
    report.say("killed, it starts again")
    leave(bundle)


def check_command(bundle: Bundle, report: Report, photo: Path) -> None:
    began = time.monotonic()
    version = bundle.command("--version")
    report.time(f"rtedit --version ({version.stdout.strip()})", time.monotonic() - began)
    out = bundle.home / "blond.png"
    began = time.monotonic()
    ended = bundle.command("edit", str(photo), "face with blond hair", "-o", str(out))
    detail = f"{time.monotonic() - began:.1f} s; {(ended.stderr + ended.stdout).strip().splitlines()[-1]}"
    report.say("rtedit edit", detail, ended.returncode == 0 and out.exists())
    began = time.monotonic()
    out = bundle.home / "film.png"
    ended = bundle.command("apply", str(photo), "--preset", "Film", "-o", str(out))
    report.say("rtedit apply", f"{time.monotonic() - began:.1f} s", ended.returncode == 0 and out.exists())


@contextlib.contextmanager
def unpacked(package: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="rtedit-check-") as folder:
        root = Path(folder) / "root"
        subprocess.run(["dpkg-deb", "-x", str(package), str(root)], check=True)
        yield root


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    parser.add_argument("--pictures", type=Path, default=Path("dist/pictures"), help="where screenshots go")
    args = parser.parse_args()
    args.pictures.mkdir(parents=True, exist_ok=True)
    report = Report()
    with unpacked(args.package) as root:
        home = root.parent / "home"
        home.mkdir()
        photo = home / "Käse portrait.jpg"
        shutil.copy(ROOT / "resources" / "samples" / "portraits" / "astronaut.jpg", photo)
        screen = Screen(args.pictures.resolve())
        bundle = Bundle(root, home, screen)
        try:
            check_command(bundle, report, photo)
            check_starts(bundle, report)
            check_edit(bundle, report, photo)
            check_preset(bundle, report)
            check_without_console(bundle, report, photo)
        except TimeoutError as error:
            screen.picture("0-stuck")
            report.say("stuck", str(error), met=False)
        finally:
            for number in running(bundle):
                os.kill(number, 9)
            screen.close()
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
