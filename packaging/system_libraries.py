"""What a bundle leaves to the system: libraries that its files are linked to and that do not lie in it.

Each has to be known here with the package of Debian and Ubuntu that brings it, and becomes what the .deb depends on.
One that is unknown was not collected, because the computer that builds lacks it: the build stops and names it, instead
of a window that does not open elsewhere.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

# By the beginning of the library's name. They belong to the C library, the C++ runtime or the graphics drivers, which
# have to be those of the computer that the bundle runs on; PyInstaller leaves them out.
REQUIRED = {
    "ld-linux": "libc6", "libc.so": "libc6", "libm.so": "libc6", "libdl.so": "libc6", "libpthread.so": "libc6",
    "librt.so": "libc6", "libutil.so": "libc6", "libresolv.so": "libc6",
    "libgcc_s.so": "libgcc-s1", "libstdc++.so": "libstdc++6",
    "libGL.so": "libgl1", "libGLX.so": "libglx0", "libOpenGL.so": "libopengl0", "libEGL.so": "libegl1",
    "libX11.so": "libx11-6", "libX11-xcb.so": "libx11-xcb1", "libxcb.so": "libxcb1",
    "libdrm.so": "libdrm2", "libgbm.so": "libgbm1",
}  # fmt: skip
# Only for desktops that have them anyway.
RECOMMENDED = {
    "libwayland-client.so": "libwayland-client0", "libwayland-cursor.so": "libwayland-cursor0",
    "libwayland-egl.so": "libwayland-egl1",
}  # fmt: skip
# What CUDA is for: the driver of the card, and networks between machines.
DRIVERS = ("libcuda.so", "libnvidia-ml.so")
LEFT_ALONE = ("nvidia", "triton")


def packages(folder: Path) -> tuple[list[str], list[str]]:
    """What has to be installed beside the bundle ``folder``, and what is of use there; by name.

    Raises SystemExit where a library is neither in the bundle nor known.
    """
    linked = _linked(folder)
    here = {path.name for path in folder.rglob("*.so*")}
    required, recommended, unknown = set(), set(), []
    for name, users in sorted(linked.items()):
        if name in here or name.startswith(DRIVERS):
            continue
        if package := _of(name, REQUIRED):
            required.add(package)
        elif package := _of(name, RECOMMENDED):
            recommended.add(package)
        else:
            unknown.append(f"{name}, for {', '.join(sorted(users)[:3])}")
    if unknown:
        raise SystemExit("not in the bundle, and not known to be the system's:\n" + "\n".join(unknown))
    return sorted(required), sorted(recommended)


def _of(name: str, known: dict[str, str]) -> str:
    return next((package for beginning, package in known.items() if name.startswith(beginning)), "")


def _linked(folder: Path) -> dict[str, set[str]]:
    """The names that files of the bundle ask the loader for, each with the files that do."""
    found: dict[str, set[str]] = {}
    files = (one for one in folder.rglob("*") if one.is_file() and not one.is_symlink())
    for path in sorted(one for one in files if not {*LEFT_ALONE} & {*one.relative_to(folder).parts}):
        with path.open("rb") as file:
            if file.read(4) != b"\x7fELF":
                continue
        listed = subprocess.run(["readelf", "-d", str(path)], check=True, capture_output=True, text=True).stdout
        for line in listed.splitlines():
            if "(NEEDED)" in line:
                found.setdefault(line.split("[")[1].rstrip("]"), set()).add(path.name)
    return found
