"""The bundle as Linux installs it: a .deb, and an AppImage where its tool is at hand."""

from __future__ import annotations

import datetime
import gzip
import hashlib
import platform
import shutil
import subprocess
from pathlib import Path

import draw_icons
import system_libraries

HERE = Path(__file__).resolve().parent / "linux"
ROOT = HERE.parent.parent
PRESET_ICON = "application-x-rtedit-preset"
# Beside the libraries that the bundle leaves to the system: keyboards and fonts, which ours read from its folders.
DEPENDS = ("xkb-data", "fontconfig-config")
RECOMMENDS = ("xdg-desktop-portal", "shared-mime-info", "desktop-file-utils")
CONTROL = """\
Package: rtedit
Version: {version}
Architecture: {machine}
Maintainer: The RTEdit contributors <noreply@rtedit.invalid>
Installed-Size: {kib}
Depends: {depends}
Recommends: {recommends}
Section: graphics
Priority: optional
Description: write what should change in a picture, and watch it happen
 A desktop photo editor that changes a picture as you write it, step by step,
 on your own computer. With presets, and a command line that does the same.
"""


def make(into: Path, folder: Path, prepared: Path, version: str, device: str) -> list[Path]:
    """Write the packages of the bundle ``folder`` and return their paths."""
    tree = prepared / "tree"
    lay_out(tree, folder, prepared / "icons", version)
    suffix = "" if device == "cpu" else f"-{device}"
    libraries = system_libraries.packages(folder)
    made = [_deb(tree, into / f"rtedit{suffix}_{version}_{_machine()}.deb", version, libraries)]
    if shutil.which("appimagetool"):
        made.append(_appimage(tree, into / f"RTEdit{suffix}-{version}-{platform.machine()}.AppImage"))
    else:
        print("no AppImage: appimagetool is not installed (docs/shipping.md)")
    return made


def lay_out(tree: Path, folder: Path, icons: Path, version: str) -> None:
    """The files as they lie under /."""
    shutil.rmtree(tree, ignore_errors=True)
    share = tree / "usr" / "share"
    shutil.copytree(folder, tree / "opt" / "rtedit", symlinks=True, copy_function=_link)
    for library in (tree / "opt" / "rtedit").rglob("*.so*"):
        if library.is_file() and not library.is_symlink():
            library.chmod(0o644)  # it is read, and never run
    programs = tree / "usr" / "bin"
    programs.mkdir(parents=True)
    for name in ("rtedit", "rtedit-desktop"):
        (programs / name).symlink_to(f"/opt/rtedit/{name}")
    _copy(HERE / "rtedit.desktop", share / "applications" / "rtedit.desktop")
    _copy(HERE / "rtedit-mime.xml", share / "mime" / "packages" / "rtedit.xml")
    about = (HERE / "rtedit.metainfo.xml").read_text("utf-8")
    about = about.replace("@VERSION@", version).replace("@DATE@", datetime.date.today().isoformat())
    _write(share / "metainfo" / "app.rtedit.RTEdit.metainfo.xml", about)
    _copy(ROOT / "LICENSE", share / "doc" / "rtedit" / "copyright")
    changes = (ROOT / "CHANGELOG.md").read_bytes()
    (share / "doc" / "rtedit" / "changelog.gz").write_bytes(gzip.compress(changes, mtime=0))
    hicolor = share / "icons" / "hicolor"
    for size in draw_icons.SIZES:
        _copy(icons / f"{size}.png", hicolor / f"{size}x{size}" / "apps" / "rtedit.png")
        _copy(icons / f"{size}.png", hicolor / f"{size}x{size}" / "mimetypes" / f"{PRESET_ICON}.png")
    _copy(ROOT / "resources" / "icons" / "rtedit.svg", hicolor / "scalable" / "apps" / "rtedit.svg")


def _deb(tree: Path, package: Path, version: str, libraries: tuple[list[str], list[str]]) -> Path:
    files = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    size = sum(path.stat().st_size for path in files)
    control = CONTROL.format(
        version=version, machine=_machine(), kib=size // 1024,
        depends=depends(libraries[0]), recommends=", ".join([*libraries[1], *RECOMMENDS]),
    )  # fmt: skip
    _write(tree / "DEBIAN" / "control", control)
    _write(tree / "DEBIAN" / "md5sums", "".join(f"{_md5(path)}  {path.relative_to(tree)}\n" for path in files))
    # The best compression of 600 MiB takes a quarter of an hour and saves a tenth.
    command = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z12", "--build", str(tree), str(package)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(tree / "DEBIAN")
    return package


def _md5(path: Path) -> str:
    """What dpkg asks whether a file is damaged by."""
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def depends(libraries: list[str]) -> str:
    """The C library of the computer that builds, or a newer one; what was linked with it may need that."""
    newest = f"libc6 (>= {platform.libc_ver()[1] or '2.28'})"
    return ", ".join([newest, *(name for name in libraries if name != "libc6"), *DEPENDS])


def _appimage(tree: Path, package: Path) -> Path:
    _copy(HERE / "AppRun", tree / "AppRun")
    _copy(HERE / "rtedit.desktop", tree / "rtedit.desktop")
    _copy(tree / "usr/share/icons/hicolor/256x256/apps/rtedit.png", tree / "rtedit.png")
    subprocess.run(["appimagetool", str(tree), str(package)], check=True)
    return package


def _machine() -> str:
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


def _link(source: str, target: str) -> None:
    try:
        Path(target).hardlink_to(source)
    except OSError:  # another disk
        shutil.copy2(source, target)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
