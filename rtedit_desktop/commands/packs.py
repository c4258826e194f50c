"""``rtedit packs``: what is installed, and whether it is whole."""

from __future__ import annotations

import argparse
from typing import Any

from rtedit_desktop.commands.outcome import PACK
from rtedit_desktop.commands.terminal import print_json, say, stderr, stdout
from rtedit_desktop.core.errors import PackError
from rtedit_desktop.core.pack_info import PackInfo
from rtedit_desktop.packs import store
from rtedit_desktop.packs.catalog import Catalog


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--verify", action="store_true", help="check the size and the hash of every file")


def run(args: argparse.Namespace, catalog: Catalog) -> int:
    """The exit code: a pack that is not whole counts with --verify only."""
    packs = catalog.packs()
    problems = list(catalog.problems)
    if args.verify:
        for pack in packs:
            try:
                store.verify(catalog.manifest(pack.id))
            except PackError as error:
                problems.append(error)
    if args.json:
        listed = [_described(pack) for pack in packs]
        print_json({"packs": listed, "problems": [{"what": p.what, "todo": p.todo} for p in problems]})
    else:
        for pack in packs:
            licence = pack.licence.splitlines()[0]
            say(f"{pack.id}  {pack.title} {pack.version}: {pack.domain}, {pack.image_size} px, {licence}", stdout())
            prompts = ", ".join(suggestion.prompt for suggestion in pack.suggestions)
            if prompts:
                say(f"    try: {prompts}", stdout())
        for problem in problems:
            say(f"rtedit: {problem}", stderr())
        if not packs:
            say("No pack is installed.", stderr())
    return PACK if args.verify and (problems or not packs) else 0


def _described(pack: PackInfo) -> dict[str, Any]:
    return {
        "id": pack.id,
        "title": pack.title,
        "version": pack.version,
        "domain": pack.domain,
        "source": pack.source,
        "image_size": pack.image_size,
        "licence": pack.licence,
        "attribution": pack.attribution,
        "folder": str(pack.folder),
        "prompts": [suggestion.prompt for suggestion in pack.suggestions],
        "words": sorted(pack.vocabulary),
    }
