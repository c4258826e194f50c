"""``rtedit packs``: lists, downloads, imports, verifies and removes model packs."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rtedit_desktop.commands.shared.outcome import OK, PACK, Stopped
from rtedit_desktop.commands.shared.running import interruptible
from rtedit_desktop.commands.shared.terminal import Progress, print_json, say, size, stderr, stdout
from rtedit_desktop.core.errors import DownloadError, PackError, RTEditError, SaveError
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.packs.pack_installer import PackEvent, PackOffer, PackReady, PackStopped
from rtedit_desktop.packs import store
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.support import network
from rtedit_desktop.support.network import NetworkSettings

if TYPE_CHECKING:
    from rtedit_desktop.packs.installer import FolderPackInstaller


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Without a sub-command: what is installed, as it always was."""
    parser.add_argument("--verify", action="store_true", help="check the size and the hash of every file")
    shared = argparse.ArgumentParser(add_help=False)
    for name, text in (("json", "print one JSON object on standard output"), ("verbose", "print technical details")):
        # suppressed, or the default here would undo an option that was given before the sub-command
        shared.add_argument(f"--{name}", action="store_true", default=argparse.SUPPRESS, help=text)
    what = parser.add_subparsers(dest="packs_command", metavar="list|download|import|verify|remove|requests")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return what.add_parser(name, parents=[shared], help=text, description=f"{text.capitalize()}.")

    command("list", "list what is installed and what can be had")
    download = command("download", "fetch and install packs; goes on where it was stopped")
    download.add_argument("packs", metavar="ID", nargs="+")
    download.add_argument("--proxy", metavar="URL", help="the proxy, or “none” (default: as in your settings)")
    download.add_argument("--mirror", metavar="URL", help="a mirror of the hub (default: as in your settings)")
    download.add_argument("--renewed", action="store_true", help="accept a file that changed since its first download")
    import_ = command("import", "install a pack's folder, or a checkpoint file")
    import_.add_argument("path", metavar="PATH", type=Path)
    import_.add_argument("--as", dest="id", metavar="ID", help="what it is, where that cannot be seen from the file")
    import_.add_argument("--replace", action="store_true", help="put it in the place of one that is installed")
    for job in (download, import_):
        job.add_argument("--quiet", action="store_true", help="print errors only")
    command("verify", "read every file and compare its hash").add_argument("packs", metavar="ID", nargs="*")
    command("remove", "take packs off the disk").add_argument("packs", metavar="ID", nargs="+")
    command("requests", "list every request that RTEdit made to the network, the latest last")


def run(args: argparse.Namespace, catalog: Catalog, installer: FolderPackInstaller | None = None) -> int:
    """Do it and tell it; returns the exit code. Raises what ``outcome`` knows."""
    from rtedit_desktop.packs.installer import FolderPackInstaller  # brings all of the network, as no other command

    match args.packs_command:
        case "list":
            _list(args, installer or FolderPackInstaller(catalog))
        case "download":
            settings = _network(args)
            _work(args, [(installer or FolderPackInstaller(catalog, settings=settings), pack) for pack in args.packs])
        case "import":
            _work(args, [(installer or FolderPackInstaller(catalog), None)])
        case "verify":
            return _verify(args, installer or FolderPackInstaller(catalog), catalog)
        case "remove":
            _remove(args, installer or FolderPackInstaller(catalog))
        case "requests":
            _requests(args)
        case _:
            return _installed(args, catalog)
    return OK


def _installed(args: argparse.Namespace, catalog: Catalog) -> int:
    """The exit code: a pack that is not whole counts with --verify only."""
    packs = catalog.packs()
    problems: list[RTEditError] = list(catalog.problems)
    if args.verify:
        for pack in packs:
            try:
                store.verify(catalog.manifest(pack.id))
            except PackError as error:
                problems.append(error)
    if args.json:
        print_json({"packs": [_described(pack) for pack in packs], "problems": _problems_json(problems)})
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
    return PACK if args.verify and (problems or not packs) else OK


def _list(args: argparse.Namespace, installer: FolderPackInstaller) -> None:
    offers, problems = installer.offers(), installer.catalog.problems
    if args.json:
        print_json({"packs": [asdict(offer) for offer in offers], "problems": _problems_json(problems)})
        return
    for offer in offers:
        pixels = f", {offer.image_size} px" if offer.image_size else ""
        say(f"{offer.id}  {offer.title}: {offer.domain}{pixels}; {_state(offer)}", stdout())
        say(f"    {offer.licence.splitlines()[0]}" + (f"; {offer.source}" if offer.source else ""), stdout())
    say(f"In all {size(sum(offer.on_disk for offer in offers))} on this disk.", stdout())
    for problem in problems:
        say(f"rtedit: {problem}", stderr())


def _state(offer: PackOffer) -> str:
    if offer.problem:
        return f"cannot be used: {offer.problem.rstrip('.')}"
    if offer.installed:
        return f"installed, {size(offer.on_disk)}" + (", comes with RTEdit" if offer.built_in else "")
    if not offer.bytes:
        return f"lacks {', '.join(offer.lacks)}" if offer.own_files else "to be fetched by hand"
    waiting = f", {size(offer.waiting)} of it are here" if offer.waiting else ""
    checked = "" if offer.hashes_known else ", its hash is not known yet"
    what = "lacks a download" if offer.own_files else "a download"
    return f"{what} of about {size(offer.bytes)}{waiting}{checked}"


def _work(args: argparse.Namespace, jobs: list[tuple[FolderPackInstaller, str | None]]) -> None:
    """Run downloads one after the other, or one import."""
    progress, cancelled, ready = Progress(stderr(), quiet=args.quiet), threading.Event(), []
    with interruptible(cancelled):
        for installer, pack in jobs:
            if pack is None:
                events = installer.import_pack(args.path, cancelled, id=args.id, replace=args.replace)
            else:
                events = _of_model(installer, pack, installer.download(pack, cancelled, renewed=args.renewed))
            ready.append(_finished(events, progress))
    if args.json:
        print_json({"packs": [asdict(pack) for pack in ready], "notes": progress.notes})
        return
    for one in ready:
        say(f"{one.title} is installed in {one.folder}.", stdout())


def _of_model(installer: FolderPackInstaller, pack: str, events: Iterator[PackEvent]) -> Iterator[PackEvent]:
    """The same events; an error of one of its files, or of a part that it shares, says first which model was meant."""
    try:
        yield from events
    except (DownloadError, SaveError) as error:
        title = next((offer.title for offer in installer.offers() if offer.id == pack), pack)
        if not error.what.startswith(title):
            error.what = f"{title} could not be had: {error.what}"
        raise


def _finished(events: Iterator[PackEvent], progress: Progress) -> PackReady:
    """Draw a job's events until its end. Raises Stopped, and what the job raises."""
    try:
        for event in events:
            progress.show(event)
            if isinstance(event, PackReady):
                return event
            if isinstance(event, PackStopped):
                kept = f"{size(event.kept)} are kept, and the same command goes on from there." if event.kept else ""
                raise Stopped("no pack was installed", kept)
    finally:
        progress.clear()
    raise RuntimeError("The job ended without a result")


def _verify(args: argparse.Namespace, installer: FolderPackInstaller, catalog: Catalog) -> int:
    """Every installed pack and part, or those that are named; the exit code tells whether all are whole."""
    installed = [offer.id for offer in installer.offers() if offer.installed]
    problems: list[RTEditError] = [] if args.packs else list(catalog.problems)
    whole = []
    for pack in args.packs or installed:
        try:
            installer.verify(pack)
            whole.append(pack)
        except PackError as error:
            problems.append(error)
    if args.json:
        print_json({"whole": whole, "problems": _problems_json(problems)})
    else:
        for pack in whole:
            say(f"{pack} is whole.", stdout())
        for problem in problems:
            say(f"rtedit: {problem}", stderr())
    return PACK if problems or not whole else OK


def _remove(args: argparse.Namespace, installer: FolderPackInstaller) -> None:
    freed = {pack: installer.remove(pack) for pack in args.packs}
    if args.json:
        print_json({"removed": freed})
        return
    for pack, count in freed.items():
        say(f"Removed {pack}; {size(count)} are free again.", stdout())


def _requests(args: argparse.Namespace) -> None:
    made = network.requests_made()
    if args.json:
        print_json({"requests": made})
    else:
        say("\n".join(made) or "Nothing was asked of the network so far.", stdout())


def _network(args: argparse.Namespace) -> NetworkSettings:
    kept = network.load()
    return NetworkSettings(
        proxy=kept.proxy if args.proxy is None else args.proxy,
        mirror=kept.mirror if args.mirror is None else args.mirror,
    )


def _problems_json(problems: list[RTEditError]) -> list[dict[str, str]]:
    return [{"what": problem.what, "todo": problem.todo} for problem in problems]


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
