"""The composition root: the only file that joins engine and window.

Qt and torch are imported late: the window shows before torch is looked at.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import faulthandler
import gc
import importlib.util
import logging
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from rtedit_desktop import __version__
from rtedit_desktop.support.reporting import log
from rtedit_desktop.support.reporting.privacy import PublicText
from rtedit_desktop.support.threads import share_the_cores

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from rtedit_desktop.core.engine_api import Engine
    from rtedit_desktop.engine.cache import LearnedCache
    from rtedit_desktop.packs.catalog import Catalog
    from rtedit_desktop.remote.hosts import Hosts
    from rtedit_desktop.single_instance import SingleInstance
    from rtedit_desktop.ui.window.main_window import MainWindow

NO_DISPLAY = (
    "RTEdit finds no display to open its window on; the command line does the same job: "
    'rtedit edit IN "smiling face" -o OUT'
)


SETTLED_MS = 500
NOTICES_MS = 4000


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window with the files that are named; where one is open already, they open there."""
    arguments = _arguments(sys.argv[1:] if argv is None else argv)
    if not _has_display():
        _report(NO_DISPLAY)
        return 2
    share_the_cores()
    log.begin()
    logging.getLogger("rtedit").info("RTEdit %s starts", PublicText(__version__))
    if sys.platform == "win32":
        _load_torch_libraries()
    hold_constants()
    app = _application()
    from rtedit_desktop.single_instance import SingleInstance
    from rtedit_desktop.support import settings
    from rtedit_desktop.ui.settings.language import set_language

    set_language(app, settings.load().language)
    instance = SingleInstance()
    if not instance.hold_or_hand_over(arguments.files):
        return 0
    try:
        return _open_window(app, instance, arguments.files, arguments.self_check)
    finally:
        instance.close()


def _open_window(app: QApplication, instance: SingleInstance, files: list[Path], self_check: Path | None) -> int:
    from rtedit_desktop.engine.cache import own_cache
    from rtedit_desktop.engine.machine.facts import machine_facts
    from rtedit_desktop.history.journal import own_journal
    from rtedit_desktop.imaging.photo_service import FilePhotoService
    from rtedit_desktop.packs.catalog import Catalog
    from rtedit_desktop.packs.changing import recover
    from rtedit_desktop.packs.download.newest_version import newest_version
    from rtedit_desktop.packs.installer import FolderPackInstaller
    from rtedit_desktop.presets.library import FolderPresetLibrary
    from rtedit_desktop.single_instance import FileOpenFilter
    from rtedit_desktop.support import paths, settings
    from rtedit_desktop.ui.photo.own_camera import own_camera
    from rtedit_desktop.ui.settings.theme import set_theme
    from rtedit_desktop.ui.widgets.icons import app_icon
    from rtedit_desktop.ui.widgets.texts import error_text, translated
    from rtedit_desktop.ui.window.main_window import MainWindow
    from rtedit_desktop.ui.window.self_check import SelfCheck
    from rtedit_desktop.ui.window.services import Services
    from rtedit_desktop.ui.window.window_layout import WindowLayout
    from rtedit_desktop.worker.event_loop import make_event_loop

    loop = make_event_loop(app)
    app.setStyle("Fusion")
    paths.sweep_own()
    saved = settings.load()
    set_theme(saved.theme)
    app.setWindowIcon(app_icon())
    recover()
    catalog = Catalog.default()

    learned = own_cache()
    hosts = other_computers()
    services = Services(
        engine_maker(catalog, learned, hosts),
        FilePhotoService(),
        library=FolderPresetLibrary(),
        learned=learned,
        installer=FolderPackInstaller(Catalog.default()),
        journal=own_journal(),
        machine_facts=machine_facts,
        camera=own_camera(),
        newest_version=newest_version,
        computers=hosts,
    )
    window = MainWindow(services, catalog.packs(), pack=saved.pack, layout=WindowLayout(saved))
    _report_exceptions(window)
    window.show()
    for problem in catalog.problems:
        assert window.models is not None  # an installer was given
        window.models.say_problem(error_text(problem))
    if instance.problem:
        window.messages.say(translated(instance.problem))
    if files:
        window.opening.open_any(files)
    instance.files_came.connect(window.come_forward)
    window.closed.connect(instance.refuse)
    openings = FileOpenFilter(app)
    openings.file_came.connect(lambda path: window.come_forward([path]))
    app.installEventFilter(openings)
    warm_up_quietly(window)
    check = SelfCheck(window, self_check) if self_check is not None else None
    code: int = loop.run_forever()  # type: ignore[assignment]  # Qt's own, with qasync
    window.background.tasks.close()
    loop.run_until_complete(window.background.tasks.ended())
    loop.close()
    gc.unfreeze()
    if check is not None:
        code = check.code
    if not window.ended:
        # A thread that does not end cannot be destroyed; the photo and what was saved are on disk.
        instance.close()
        logging.shutdown()
        if not window.engine.only_loads:
            code = 1
            if sys.stderr is not None:
                faulthandler.dump_traceback()
        os._exit(code)
    return code


def other_computers() -> Hosts | None:
    """Those that may compute for this one; None where the libraries of the extra are not installed."""
    if any(importlib.util.find_spec(name) is None for name in ("cryptography", "websockets")):
        return None
    from rtedit_desktop.remote.hosts import own_hosts

    return own_hosts()


def engine_maker(catalog: Catalog, learned: LearnedCache, hosts: Hosts | None = None) -> Callable[[], Engine]:
    """What makes the engine on the thread that will own it: there torch is imported, not here."""

    def make_engine() -> Engine:
        if hosts is None:
            return make_here()
        from rtedit_desktop.remote.chosen import ChosenEngine

        return ChosenEngine(make_here, hosts)

    def make_here() -> Engine:
        from rtedit_desktop.core.engine_api import loading_libraries

        if sys.platform == "linux":
            _open_torch_libraries()
        with loading_libraries():
            from rtedit_desktop.engine.machine.devices import own_device
            from rtedit_desktop.engine.torch_engine import TorchEngine

        return TorchEngine(catalog, own_device(), learned)

    return make_engine


def warm_up_quietly(window: MainWindow) -> None:
    """Load the models behind a shown window, disturbing it as little as can be."""
    from PySide6.QtCore import QCoreApplication, QTimer

    from rtedit_desktop.worker.idle_collector import collector_of

    app = QCoreApplication.instance()
    assert app is not None  # there is a window
    collector = collector_of(app)
    if window.state.packs:
        # Loading makes a million lasting objects; collections that walk them would hold the
        # interpreter, and with it the window, for 100 ms and more at a time.
        collector.pause()
    window.warming.ended.connect(collector.go_on)
    # The first paints open libraries too, and would have to wait for torch's.
    QTimer.singleShot(SETTLED_MS, window.warming.start)
    QTimer.singleShot(NOTICES_MS, window.notices.start)


def hold_constants() -> None:
    """Make True, False and None immortal where Python has not done so yet.

    PySide6 6.12.0 releases a reference to True with every emit that it never took, which ends the
    process after some thousand ("bool_dealloc: deallocating True or False"); 6.11 does not, and from
    Python 3.12 on constants cannot be released.
    """
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return
    for constant in (True, False, None):
        count = ctypes.c_ssize_t.from_address(id(constant))
        if abs(count.value - sys.getrefcount(constant)) < 16:  # else this Python counts elsewhere
            count.value += 2**28


def _application() -> QApplication:
    """Qt aborts the process when it cannot reach the display; a sentence comes before that."""
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    texts: list[str] = []

    def listen(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
        texts.append(text)
        if kind is QtMsgType.QtFatalMsg:
            _report("\n".join(filter(None, [NO_DISPLAY, _missing_libraries(), "Qt's reason:", *texts])))
            os._exit(2)

    qInstallMessageHandler(listen)
    app = QApplication(sys.argv[:1])
    qInstallMessageHandler(_note_of_qt)
    for text in texts:
        _report(text)
    app.setApplicationName("RTEdit")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("rtedit")
    return app


def _note_of_qt(kind: object, context: object, text: str) -> None:
    """What Qt says goes to the log and, where there is one, to the console."""
    logging.getLogger("qt").warning(text)
    _report(text)


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="rtedit-desktop", description="Write what should change in a picture.")
    parser.add_argument("files", nargs="*", type=Path, help="a photo to open, presets to take in")
    parser.add_argument("--version", action="version", version=f"RTEdit {__version__}")
    parser.add_argument(
        "--self-check",
        type=Path,
        metavar="OUT",
        help="edit a sample, save it as OUT and end; 0 where it worked",
    )
    return parser.parse_args(argv)


def _missing_libraries() -> str:
    """What Qt lacks to open a window; of that Qt itself names one at most, and not always the right one."""
    if not sys.platform.startswith("linux"):
        return ""
    from PySide6.QtCore import QLibraryInfo

    from rtedit_desktop.support.display_libraries import advice, lacking

    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
    return advice(lacking(plugins / "platforms" / "libqxcb.so"))


def _has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _report(text: str) -> None:
    """A windowed frozen app has no console: stdout and stderr are None."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            print(text, file=sys.stderr, flush=True)


def _report_exceptions(window: MainWindow) -> None:
    """An exception that escapes a slot is said in the window; it does not end the app."""
    from PySide6.QtCore import QCoreApplication

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        details = "".join(traceback.format_exception(kind, error, trace))
        _report(details)
        if issubclass(kind, Exception):
            window.messages.error(
                QCoreApplication.translate("app", "Something went wrong inside RTEdit."),
                QCoreApplication.translate(
                    "app", "The photo and the results are still here; save them, and report this with the details."
                ),
                details,
            )

    sys.excepthook = log.reporting(report)


def _open_torch_libraries() -> None:
    """Linux: an import would open them for half a second with the interpreter, and the window, held.

    A foreign function lets go of the interpreter meanwhile. The order and the flags are torch's own;
    what cannot be opened here is left to the import, which tells why.
    """
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.argtypes, dlopen.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    folder = Path(spec.origin).parent / "lib"
    for name, flags in (("libtorch_global_deps.so", os.RTLD_GLOBAL), ("libtorch.so", os.RTLD_LOCAL)):
        dlopen(os.fsencode(folder / name), os.RTLD_LAZY | flags)


def _load_torch_libraries() -> None:
    """Windows: torch 2.9 and later fails to load its libraries after Qt's are in the process.

    https://github.com/pytorch/pytorch/issues/166628 (WinError 1114 from c10.dll). Loading c10.dll
    first is enough, and much quicker than importing torch.
    """
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return
    library = Path(spec.origin).parent / "lib" / "c10.dll"
    if library.is_file():
        ctypes.CDLL(str(library))
