"""``rtedit presets``: lists, shows, imports, exports and removes presets."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rtedit_desktop.commands.shared.outputs import check_preset
from rtedit_desktop.commands.shared.preset_names import find
from rtedit_desktop.commands.shared.terminal import print_json, say, stderr, stdout
from rtedit_desktop.core.preset import PresetInfo, PresetLibrary


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Sub-commands; ``shared`` holds the options that all commands have."""
    what = parser.add_subparsers(dest="presets_command", required=True, metavar="list|show|import|export|remove")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return what.add_parser(name, parents=[shared], help=text, description=f"{text.capitalize()}.")

    command("list", "list the presets")
    command("show", "tell what a preset is").add_argument("preset", metavar="NAME_OR_FILE")
    command("import", "copy a preset file among yours").add_argument("file", metavar="FILE", type=Path)
    export = command("export", "copy a preset out to a file")
    export.add_argument("preset", metavar="NAME_OR_FILE")
    export.add_argument("file", metavar="FILE", type=Path)
    export.add_argument("--overwrite", action="store_true", help="replace a file that is there")
    command("remove", "take a preset of yours away").add_argument("preset", metavar="NAME_OR_FILE")


def run(args: argparse.Namespace, library: PresetLibrary) -> None:
    """Do it and tell it. Raises PresetError, SaveError, UsageError."""
    match args.presets_command:
        case "list":
            _list(args, library)
        case "show":
            preset = find(library, args.preset)
            _report(args, preset, "\n".join(_lines(preset)))
        case "import":
            added, known = library.add(args.file)
            _report(args, added, f"“{added.title}” was there already." if known else f"Added “{added.title}”.")
        case "export":
            _export(args, library)
        case "remove":
            _remove(args, library)


def described(preset: PresetInfo) -> dict[str, Any]:
    """A preset in words and numbers."""
    return {
        "title": preset.title,
        "prompt": preset.spec.prompt,
        "source": preset.spec.source,
        "pack": preset.spec.pack,
        "base_sha256": preset.base_sha256,
        "pictures": preset.pictures,
        "score": preset.score,
        "created": preset.created,
        "author": preset.author,
        "licence": preset.licence,
        "settings": asdict(preset.spec.settings),
        "bytes": preset.bytes,
        "file": str(preset.path),
        "comes_with_rtedit": preset.built_in,
        "favourite": preset.favourite,
    }


def _list(args: argparse.Namespace, library: PresetLibrary) -> None:
    presets = library.presets()
    if args.json:
        problems = [{"what": p.what, "todo": p.todo} for p in library.problems]
        print_json({"presets": [described(preset) for preset in presets], "problems": problems})
        return
    for preset in presets:
        mark, spec = " ★" if preset.favourite else "", preset.spec
        say(f"{preset.title}{mark}  “{spec.prompt}”, for {spec.pack}, {preset.bytes / 1000:.0f} kB", stdout())
    for problem in library.problems:
        say(f"rtedit: {problem}", stderr())
    if not presets:
        say("There are no presets yet. “rtedit learn PROMPT” makes one.", stderr())


def _export(args: argparse.Namespace, library: PresetLibrary) -> None:
    preset = find(library, args.preset)
    to = args.file / preset.path.name if os.path.isdir(args.file) else args.file
    check_preset(to, overwrite=args.overwrite)
    library.share(preset, to, overwrite=args.overwrite)
    _report(args, preset, f"Saved {to}.")


def _remove(args: argparse.Namespace, library: PresetLibrary) -> None:
    preset = find(library, args.preset)
    before = _waiting(library)
    library.remove(preset)
    # Which file it is now, the library keeps to itself: it is the one that was not there before.
    where = next(iter(_waiting(library) - before), None)
    text = f"Removed “{preset.title}”."
    if where is not None:
        text += f' Until the window is opened again, this brings it back:\nrtedit presets import "{where}"'
    if args.json:
        print_json({**described(preset), "removed_to": str(where) if where else None})
    else:
        say(text, stdout())


def _waiting(library: PresetLibrary) -> set[Path]:
    """Files of presets that were removed lately."""
    try:
        return set((library.folder / ".removed").iterdir())
    except OSError:
        return set()


def _lines(preset: PresetInfo) -> Iterator[str]:
    """What is known of a preset, a line each; what nobody filled in is left out."""
    for name, value in described(preset).items():
        if name == "settings":
            value = ", ".join(f"{setting} {of}" for setting, of in value.items())
        elif isinstance(value, bool):
            value = "yes" if value else "no"
        elif isinstance(value, float):
            value = f"{value:.2f}"
        if value != "":
            yield f"{name.replace('_', ' ')}: {value}"


def _report(args: argparse.Namespace, preset: PresetInfo, text: str) -> None:
    if args.json:
        print_json(described(preset))
    else:
        say(text, stdout())
