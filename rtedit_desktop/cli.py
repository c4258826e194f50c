"""The command line: ``rtedit edit``, ``apply``, ``batch``, ``learn``, ``faces``, ``presets`` and others.

Exit codes::

    0    done
    1    an unexpected error
    2    wrong usage, a prompt that cannot be worked with, a setting out of its range
    3    the picture, or earlier work, cannot be opened
    4    the model pack is missing or damaged
    5    the machine could not do it (memory, driver), or a paired computer cannot be reached
    6    the result could not be written
    7    a preset cannot be used
    8    a download did not succeed
    9    some photos of a batch could not be done
    130  cancelled (Ctrl+C)

Torch is imported only when a job starts: help, listings and refused prompts are quick. So is the module of a command,
only when it is asked for.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import sys
import traceback
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from rtedit_desktop import __version__
from rtedit_desktop.commands.shared.outcome import CANCELLED, OK, UNEXPECTED, JobFailed, Stopped, UsageError, exit_code
from rtedit_desktop.commands.shared.terminal import complain, print_json, stderr, stdout
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.errors import RTEditError, SaveError
from rtedit_desktop.core.photos.photo import PhotoService
from rtedit_desktop.core.preset import PresetLibrary
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.changing import recover
from rtedit_desktop.support.threads import share_the_cores

COMMANDS = {
    "edit": "edit one picture",
    "apply": "apply learned edits to a picture",
    "batch": "edit many photos in the same way",
    "learn": "learn an edit once, for any picture",
    "faces": "list the faces of a picture",
    "presets": "list, show, import, export and remove presets",
    "cache": "tell what learned edits and other things that can be made again take on disk, or remove them",
    "packs": "list, download, import, verify and remove model packs",
    "history": "list what was made in the window, save it, remove it",
    "serve": "let paired computers compute here",
    "computers": "pair with a computer that computes, list and forget them",
    "report": "tell what somebody who helps needs to know, without anything private",
    "bench": "measure against the baseline",
}
"""What each is for; it is in the module of its name."""
_SHARED_BELOW = ("presets", "cache", "history", "computers")
"""Commands whose own commands have the options that all have."""


def main(
    argv: Sequence[str] | None = None,
    *,
    engine: Engine | None = None,
    photo_service: PhotoService | None = None,
    catalog: Catalog | None = None,
    library: PresetLibrary | None = None,
) -> int:
    """Run one command and return its exit code; never raises for what can go wrong."""
    share_the_cores()
    try:
        return _main(argv, engine, photo_service, catalog, library)
    finally:
        _drop_unwritten()


def _main(
    argv: Sequence[str] | None,
    engine: Engine | None,
    photo_service: PhotoService | None,
    catalog: Catalog | None,
    library: PresetLibrary | None,
) -> int:
    argv = sys.argv[1:] if argv is None else list(argv)
    as_json, verbose = "--json" in argv, "--verbose" in argv
    try:
        args = _parser(argv[:1]).parse_args(argv)
        _check_working_folder(args)
        module = _module(args.command)
        if args.command == "bench":
            return int(module.run(args))
        if catalog is None:
            recover()
            catalog = Catalog.default()
        match args.command:
            case "packs":
                with _reporting():
                    return int(module.run(args, catalog))
            case "report":
                with _reporting():
                    module.run(args, catalog)
            case "cache" | "computers":
                with _reporting():
                    module.run(args)
            case "history" | "faces":
                with _reporting():
                    module.run(args, photo_service)
            case "serve":
                with _reporting():
                    module.run(args, catalog, engine)
            case "presets":
                with _reporting():
                    module.run(args, library or _own_library())
            case "edit":
                wanted = library if library is not None or not _wants_presets(args) else _own_library()
                module.run(args, engine, photo_service, catalog, wanted)
            case "batch":
                return int(module.run(args, engine, photo_service, library or _own_library(), catalog))
            case _:  # apply and learn
                module.run(args, engine, photo_service, library or _own_library(), catalog)
        return OK
    except SystemExit as done:  # argparse after --help and --version
        return done.code if isinstance(done.code, int) else OK
    except Stopped as stop:
        return _report(f"Cancelled; {stop.what}.", stop.todo, as_json, CANCELLED)
    except KeyboardInterrupt:
        return _report("Cancelled; no result was saved.", "", as_json, CANCELLED)
    except BrokenPipeError:
        return UNEXPECTED  # the reader of a listing went away
    except RTEditError as error:
        if verbose:
            complain(error.details if isinstance(error, JobFailed) else traceback.format_exc())
        return _report(error.what, error.todo, as_json, exit_code(error))
    except Exception as error:
        if verbose:
            complain(traceback.format_exc())
        what = f"RTEdit stopped on an unexpected error ({type(error).__name__})."
        todo = "The details are above." if verbose else "Run the same command with --verbose to see the details."
        return _report(what, todo, as_json, UNEXPECTED)


def _check_working_folder(args: argparse.Namespace) -> None:
    """Where it was removed under a terminal that stands in it, nothing can be read or written by a relative path."""
    try:
        os.getcwd()
    except OSError as error:
        given = [one for value in vars(args).values() for one in (value if isinstance(value, list) else [value])]
        if any(isinstance(one, Path) and not one.is_absolute() for one in given):
            raise SaveError(
                "The folder that this was started in is gone.", "Change to one that is there, or give whole paths."
            ) from error


@contextlib.contextmanager
def _reporting() -> Iterator[None]:
    """Around commands that only tell: what they cannot write is said like any other failure to write."""
    try:
        yield
    except BrokenPipeError:
        raise  # the reader of a listing went away
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SaveError(
            f"Standard output could not be written: {reason}.", "Send the output somewhere else."
        ) from error


def _own_library() -> PresetLibrary:
    from rtedit_desktop.presets.library import FolderPresetLibrary

    return FolderPresetLibrary(starting=False)  # an open window may still want back what it removed


def _report(what: str, todo: str, as_json: bool, code: int) -> int:
    if as_json:
        try:
            print_json({"error": {"what": what, "todo": todo}})
            return code
        except (OSError, ValueError):
            pass  # there is still standard error
    complain(f"rtedit: {what}" + (f"\n{todo}" if todo else ""))
    return code


def _drop_unwritten() -> None:
    """What a stream could not take is dropped: Python would complain about it once more at its end."""
    for stream in (stdout(), stderr()):
        if stream is None:
            continue
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError), open(os.devnull, "w") as nowhere:
                os.dup2(nowhere.fileno(), stream.fileno())


class _Parser(argparse.ArgumentParser):
    """Wrong usage becomes an error like any other, and an empty path is wrong usage."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.register("type", Path, _path)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:].rstrip('.')}.", f"See “{self.prog} --help”.")


def _path(text: str) -> Path:
    """Nothing, which a script's unset variable leaves, would be the folder that one stands in."""
    if not text:
        raise argparse.ArgumentTypeError("an empty name is no file and no folder")
    return Path(text)


def _parser(wanted: Collection[str]) -> argparse.ArgumentParser:
    """All commands; those that are ``wanted`` with their options."""
    codes = (__doc__ or "").partition("Exit codes::\n\n")[2].partition("\n\n")[0]
    parser = _Parser(
        prog="rtedit",
        description="Edit a picture by writing what should change.",
        epilog=f"exit codes:\n{codes}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"RTEdit {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    shared = _Parser(add_help=False)
    shared.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    shared.add_argument("--verbose", action="store_true", help="print the technical details of an error")

    for name, what in COMMANDS.items():
        parents = [] if name in _SHARED_BELOW or name == "bench" else [shared]
        command = commands.add_parser(name, parents=parents, help=what, description=f"{what.capitalize()}.")
        if name in wanted and name != "report":
            more = (shared,) if name in _SHARED_BELOW else ()
            _module(name).add_arguments(command, *more)
    return parser


def _module(command: str) -> Any:
    """Of the command that is asked for: the others, with all that they import, are not needed."""
    if command == "bench":
        from rtedit_desktop.bench import command as bench

        return bench
    return importlib.import_module(f"rtedit_desktop.commands.{command}")


def _wants_presets(args: argparse.Namespace) -> bool:
    from rtedit_desktop.commands.shared.layers import wants_presets

    return wants_presets(args)
