"""Build RTEdit as an application for the system that this runs on.

    pip install -e '.[build]'
    python packaging/build.py [--device cpu|cuda] [--into dist] [--no-packages]

Leaves a folder that runs as it is, and what is handed out on this system: a .deb on Linux, the app bundle in a
disk image on macOS, a set-up program on Windows. What went in and how large it is gets printed.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(ROOT)]

import draw_icons  # noqa: E402
import lean_torch  # noqa: E402
import sizes  # noqa: E402

from rtedit_desktop import __version__  # noqa: E402
from rtedit_desktop.support import licences  # noqa: E402

INNO_FOLDERS = ("Inno Setup 6", r"Programs\Inno Setup 6")
CUDA_PARTS = ("nvidia-", "cuda-", "triton")
REMOTE = ("cryptography", "websockets")  # what lets another computer compute
NOT_BUNDLED = ("timm", "hf-xet", "setuptools", "scipy", "rich")


def main() -> int:
    args = _arguments()
    started = time.perf_counter()
    into, work = args.into.resolve(), args.work.resolve()
    prepared = work / "prepared"
    prepared.mkdir(parents=True, exist_ok=True)
    environment = prepare(prepared, args.device)
    bundle(into, work, environment)
    folder = into / "rtedit"
    print(f"\n{folder}: built in {time.perf_counter() - started:.0f} s, for {args.device}\n")
    print(sizes.table(folder))
    if not args.no_packages:
        for made in packages(into, folder, prepared, args.device):
            print(f"{made}: {made.stat().st_size / 2**20:.0f} MiB")
    return 0


def prepare(prepared: Path, device: str) -> dict[str, str]:
    """Icons, licences, the version for Windows, and the torch to take; returns the environment for PyInstaller."""
    draw_icons.draw(ROOT / "resources" / "icons" / "rtedit.svg", prepared / "icons")
    without = NOT_BUNDLED + (CUDA_PARTS if device == "cpu" else ())
    if missing := [name for name in REMOTE if importlib.util.find_spec(name) is None]:
        raise SystemExit(f"{' and '.join(missing)} is not installed: pip install -e '.[build]'")
    parts = licences.collect(lambda name: name.startswith(without), also=REMOTE)
    licences.write(parts, prepared / licences.FILE)
    print(f"licences of {len(parts)} parts", flush=True)
    _write_version(prepared / "version.txt")
    environment = {
        **os.environ, "RTEDIT_PREPARED": str(prepared), "RTEDIT_VERSION": __version__, "RTEDIT_DEVICE": device,
    }  # fmt: skip
    first = [ROOT]  # whatever else is installed under its name
    lean = lean_torch.make(prepared / "torch") if device == "cpu" else None
    if lean is not None:
        print("torch was built for CUDA: taken without it", flush=True)
        first.insert(0, lean)
    return {**environment, "PYTHONPATH": os.pathsep.join(map(str, first))}


def bundle(into: Path, work: Path, environment: dict[str, str]) -> None:
    """Let PyInstaller make the folder."""
    shutil.rmtree(into / "rtedit", ignore_errors=True)
    command = [
        sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN",
        "--distpath", str(into), "--workpath", str(work / "pyinstaller"), str(HERE / "rtedit.spec"),
    ]  # fmt: skip
    subprocess.run(command, env=environment, check=True)
    if sys.platform != "win32":
        (into / "rtedit" / "rtedit").symlink_to("rtedit-desktop")


def packages(into: Path, folder: Path, prepared: Path, device: str) -> list[Path]:
    """What is handed out on this system."""
    if sys.platform.startswith("linux"):
        import linux_packages

        return linux_packages.make(into, folder, prepared, __version__, device)
    if sys.platform == "darwin":
        script = [str(HERE / "macos" / "package.sh"), str(into / "RTEdit.app"), str(into), __version__]
        subprocess.run(["bash", *script], check=True)
        return sorted(into.glob("*.dmg"))
    icon = prepared / "icons" / "rtedit.ico"
    known = [f"/DVersion={__version__}", f"/DBundle={folder}", f"/DIcon={icon}", f"/DDevice={device}", f"/O{into}"]
    subprocess.run([inno_compiler(), *known, str(HERE / "windows" / "rtedit.iss")], check=True)
    return sorted(path for path in into.glob("*setup*") if path.suffix in (".exe", ".bin"))


def inno_compiler() -> str:
    """Inno Setup's, which its own set-up puts on no path."""
    folders = [os.environ.get(name) for name in ("PROGRAMFILES(X86)", "PROGRAMFILES", "LOCALAPPDATA")]
    places = [Path(folder) / sub / "ISCC.exe" for folder in folders if folder for sub in INNO_FOLDERS]
    found = shutil.which("iscc") or next((str(place) for place in places if place.is_file()), None)
    if found is None:
        raise SystemExit("Inno Setup is not installed: winget install JRSoftware.InnoSetup")
    return found


def _write_version(path: Path) -> None:
    """What Windows shows of a program under Properties."""
    numbers = [int(part) for part in __version__.split(".") if part.isdigit()][:4]
    quad = tuple(numbers + [0] * (4 - len(numbers)))
    template = (HERE / "windows" / "version.txt").read_text("utf-8")
    path.write_text(template.replace("@QUAD@", str(quad)).replace("@VERSION@", __version__), "utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--device", choices=("cpu", "cuda"), default="cpu",
        help="cpu: without CUDA, for every computer; cuda: with all that torch brings, gigabytes more",
    )  # fmt: skip
    parser.add_argument("--into", type=Path, default=ROOT / "dist", help="where the results go")
    parser.add_argument("--work", type=Path, default=ROOT / "build", help="what is needed on the way")
    parser.add_argument("--no-packages", action="store_true", help="make the folder alone")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
