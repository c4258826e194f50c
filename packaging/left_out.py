"""Which files of a bundle are left out, by where they would lie in it."""

from __future__ import annotations

import os
from collections.abc import Collection

# Plugins that a photo editor does not use, with the libraries that only they need.
QT_LEFT_OUT = (
    "libQt6Pdf", "libQt6Qml", "libQt6Quick", "libQt6VirtualKeyboard", "libQt6Sql", "Qt6Pdf", "Qt6Qml", "Qt6Quick",
    "Qt6VirtualKeyboard", "opengl32sw", "QtPdf", "QtQml", "QtQuick", "QtVirtualKeyboard", "libQt6OpenGLWidgets",
    "libQt6Egl",
)  # fmt: skip
QT_PLUGINS_LEFT_OUT = (
    "virtualkeyboard", "qpdf", "sqldrivers", "qmltooling", "qmllint", "egldeviceintegrations", "qeglfs", "qlinuxfb",
    "qvnc", "qvkkhrdisplay", "networkinformation", "/tls/", "designer", "vectorimageformats", "/generic/",
    "qminimal", "qgtk3", "wayland-graphics-integration-server", "printsupport",
)  # fmt: skip
# GTK came with a plugin that is left out. The C++ runtime has to be the system's: its graphics drivers, which are
# loaded beside it, may need a newer one than the machine that this is built on has.
LIBRARIES_LEFT_OUT = (
    "libgtk-", "libgdk", "libcairo", "libepoxy", "libpango", "libatk", "libatspi", "libthai", "libdatrie", "libfribidi",
    "libharfbuzz.so", "libgraphite2", "libpixman", "libXcursor", "libXcomposite", "libXdamage", "libXinerama",
    "libstdc++.so", "libgcc_s.so",
)  # fmt: skip


def wanted(target: str, torch_libraries: Collection[str] = ()) -> bool:
    """Whether a file belongs in the bundle; ``torch_libraries`` are those that lie in torch's own folder."""
    target = target.replace(os.sep, "/")
    *folders, name = target.split("/")
    if "PySide6" in target or name.startswith(("libQt6", "Qt6")):
        frameworks = [folder.removesuffix(".framework") for folder in folders if folder.endswith(".framework")]
        if any(part.startswith(QT_LEFT_OUT) for part in (name, *frameworks)):  # of a framework, its folder too
            return False
        if any(part in target for part in QT_PLUGINS_LEFT_OUT):
            return False
        if "translations" in folders:
            return name.startswith("qtbase_")
    if not folders and (name.startswith(LIBRARIES_LEFT_OUT) or name in torch_libraries):
        return False
    return "/tests/" not in f"/{target}" and not name.endswith((".pyi", ".h", ".a", ".lib"))
