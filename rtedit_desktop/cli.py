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

Torch is imported only when a job starts: help, listings and refused prompts are quick.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from rtedit_desktop import __version__
from rtedit_desktop.commands import (
    apply,
    batch,
    cache,
    computers,
    edit,
    faces,
    history,
    learn,
    packs,
    presets,
    report,
    serve,
)
from rtedit_desktop.commands.shared.layers import wants_presets
from rtedit_desktop.commands.shared.outcome import CANCELLED, OK, UNEXPECTED, JobFailed, Stopped, UsageError, exit_code
from rtedit_desktop.commands.shared.terminal import complain, print_json, stderr, stdout
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.errors import RTEditError, SaveError
from rtedit_desktop.core.photos.photo import PhotoService
from rtedit_desktop.core.preset import PresetLibrary
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.changing import recover
from rtedit_desktop.support.threads import share_the_cores


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
        args = _parser(argv).parse_args(argv)
        _check_working_folder(args)
        if args.command == "bench":
            from rtedit_desktop.bench import command

            return command.run(args)
        if catalog is None:
            recover()
            catalog = Catalog.default()
        if args.command == "packs":
            with _reporting():
                return packs.run(args, catalog)
        if args.command == "cache":
            with _reporting():
                cache.run(args)
            return OK
        if args.command == "history":
            with _reporting():
                history.run(args, photo_service)
            return OK
        if args.command == "report":
            with _reporting():
                report.run(args, catalog)
            return OK
        if args.command == "serve":
            with _reporting():
                serve.run(args, catalog, engine)
            return OK
        if args.command == "computers":
            with _reporting():
                computers.run(args)
            return OK
        if args.command == "edit":
            wanted = library if library is not None or not wants_presets(args) else _own_library()
            edit.run(args, engine, photo_service, catalog, wanted)
            return OK
        if args.command == "faces":
            with _reporting():
                faces.run(args, photo_service)
            return OK
        library = library or _own_library()
        if args.command == "presets":
            with _reporting():
                presets.run(args, library)
        elif args.command == "learn":
            learn.run(args, engine, photo_service, library, catalog)
        elif args.command == "batch":
            return batch.run(args, engine, photo_service, library, catalog)
        else:
            apply.run(args, engine, photo_service, library, catalog)
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
    """Wrong usage becomes an error like any other."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:].rstrip('.')}.", f"See “{self.prog} --help”.")


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
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

    what = "edit one picture"
    edit.add_arguments(commands.add_parser("edit", parents=[shared], help=what, description=f"{what.capitalize()}."))
    what = "apply learned edits to a picture"
    apply.add_arguments(commands.add_parser("apply", parents=[shared], help=what, description=f"{what.capitalize()}."))
    what = "edit many photos in the same way"
    batch.add_arguments(commands.add_parser("batch", parents=[shared], help=what, description=f"{what.capitalize()}."))
    what = "learn an edit once, for any picture"
    learn.add_arguments(commands.add_parser("learn", parents=[shared], help=what, description=f"{what.capitalize()}."))
    what = "list the faces of a picture"
    faces.add_arguments(commands.add_parser("faces", parents=[shared], help=what, description=f"{what.capitalize()}."))
    what = "list, show, import, export and remove presets"
    presets.add_arguments(commands.add_parser("presets", help=what, description=f"{what.capitalize()}."), shared)
    what = "tell what learned edits and other things that can be made again take on disk, or remove them"
    cache.add_arguments(commands.add_parser("cache", help=what, description=f"{what.capitalize()}."), shared)
    what = "list, download, import, verify and remove model packs"
    packs.add_arguments(commands.add_parser("packs", parents=[shared], help=what, description=f"{what.capitalize()}."))
    what = "list what was made in the window, save it, remove it"
    history.add_arguments(commands.add_parser("history", help=what, description=f"{what.capitalize()}."), shared)
    what = "let paired computers compute here"
    serve.add_arguments(commands.add_parser("serve", parents=[shared], help=what, description=f"{what.capitalize()}."))
    what = "pair with a computer that computes, list and forget them"
    computers.add_arguments(commands.add_parser("computers", help=what, description=f"{what.capitalize()}."), shared)
    what = "tell what somebody who helps needs to know, without anything private"
    commands.add_parser("report", parents=[shared], help=what, description=f"{what.capitalize()}.")
    what = "measure against the baseline"
    bench = commands.add_parser("bench", help=what, description=f"{what.capitalize()}.")
    if argv[:1] == ["bench"]:  # only then, because it needs torch
        from rtedit_desktop.bench import command

        command.add_arguments(bench)
    return parser
