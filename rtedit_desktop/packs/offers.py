"""Lists what is installed and what can be downloaded, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rtedit_desktop.core.errors import PackError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.packs.pack_installer import PackOffer
from rtedit_desktop.packs import registry
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.download.fetch import Fetcher
from rtedit_desktop.packs.manifest import reading as manifests
from rtedit_desktop.packs.manifest import shared_parts
from rtedit_desktop.packs.manifest.manifest import Manifest
from rtedit_desktop.packs.registry import Entry
from rtedit_desktop.packs.store import disk_use, has_files
from rtedit_desktop.support import paths


@dataclass(frozen=True, slots=True)
class _Found:
    """A folder among the person's packs that the catalog cannot use; ``problem`` where more than a part lacks."""

    folder: Path
    manifest: Manifest | None
    problem: str


def offers(catalog: Catalog, fetcher: Fetcher) -> list[PackOffer]:
    """Installed packs in the order of the catalog, those that cannot be used, then what can be had, parts last."""
    known = {entry.id: entry for entry in registry.entries()}
    used = [catalog.manifest(pack.id) for pack in catalog.packs()]
    there = [_installed(manifest, known.get(manifest.info.id), fetcher) for manifest in used]
    ids = {offer.id for offer in there}
    found = _unused({manifest.info.folder for manifest in used})
    strange = [_unusable(one, fetcher) for id, one in found.items() if id not in known and id not in ids]
    rest = [_to_be_had(entry, known, fetcher, found.get(id)) for id, entry in known.items() if id not in ids]
    return [*there, *strange, *rest]


def _unused(used: set[Path]) -> dict[str, _Found]:
    """By the folder's name, under which it can be removed."""
    found: dict[str, _Found] = {}
    try:
        folders = sorted(entry for entry in paths.user_packs().iterdir() if entry.is_dir())
    except OSError:
        return {}
    for folder in folders:
        if folder.name.startswith(".") or folder in used:
            continue
        try:
            manifest = manifests.read(folder)
            problem = (
                ""
                if has_files(manifest)
                else tr("The files of the pack {title} are not whole.", title=manifest.info.title)
            )
            found[folder.name] = _Found(folder, manifest, problem)
        except PackError as error:
            found[folder.name] = _Found(folder, None, error.what)
    return found


def _installed(manifest: Manifest, entry: Entry | None, fetcher: Fetcher) -> PackOffer:
    info = manifest.info
    waiting = disk_use(fetcher.folder / info.id)
    whole = has_files(manifest)
    return PackOffer(
        id=info.id,
        title=info.title,
        domain=info.domain,
        image_size=info.image_size,
        licence=info.licence,
        source=entry.origin if entry else "",
        revision=entry.revision if entry else "",
        bytes=0,
        square=info.square,
        parts=(manifest.clip_part,) if manifest.clip_part else (),
        own_files=whole,
        installed=True,
        built_in=info.folder.parent != paths.user_packs(),
        on_disk=disk_use(info.folder) + waiting,
        waiting=waiting,
        hashes_known=True,
        folder=info.folder,
        problem="" if whole else tr("The files of the pack {title} are not whole.", title=info.title),
    )


def _unusable(found: _Found, fetcher: Fetcher) -> PackOffer:
    """A pack that came from elsewhere and lacks its part, or is damaged."""
    info = found.manifest.info if found.manifest else None
    part = found.manifest.clip_part if found.manifest else ""
    waiting = disk_use(fetcher.folder / found.folder.name)
    return PackOffer(
        id=found.folder.name,
        title=info.title if info else found.folder.name,
        domain=info.domain if info else "",
        image_size=info.image_size if info else 0,
        licence=info.licence if info else "",
        source="",
        revision="",
        bytes=0,
        parts=(part,) if part else (),
        lacks=(part,) if part and not shared_parts.served(part) else (),
        own_files=not found.problem,
        on_disk=disk_use(found.folder) + waiting,
        waiting=waiting,
        hashes_known=True,
        folder=found.folder,
        problem=found.problem,
    )


def _to_be_had(entry: Entry, known: Mapping[str, Entry], fetcher: Fetcher, found: _Found | None) -> PackOffer:
    """An entry of the registry: a pack that is not usable here, or a part."""
    lacking = [known[entry.part]] if entry.part and not shared_parts.served(entry.part) else []
    installed = entry.shared_part and shared_parts.installed(entry.id)
    own_files = installed or (found is not None and not found.problem)
    fetched = lacking if own_files else [entry, *lacking]
    folder = shared_parts.folder(entry.id) if entry.shared_part else paths.user_packs() / entry.id
    return PackOffer(
        id=entry.id,
        title=entry.title,
        domain=entry.domain,
        image_size=entry.image_size,
        licence=entry.licence,
        source=entry.origin,
        revision=entry.revision,
        bytes=sum(one.about_bytes for one in fetched) if all(one.downloadable for one in fetched) else 0,
        square=entry.square,
        parts=(entry.part,) if entry.part else (),
        lacks=tuple(one.id for one in lacking),
        by_hand="" if own_files or entry.downloadable else f"{entry.by_hand[:1].upper()}{entry.by_hand[1:]}.",
        files=tuple(file.choices[0].name for file in entry.files),
        own_files=own_files,
        installed=installed,
        shared_part=entry.shared_part,
        on_disk=disk_use(folder) + disk_use(fetcher.folder / entry.id),
        waiting=sum(disk_use(fetcher.folder / one.id) for one in fetched),
        hashes_known=all(_known(one, fetcher) for one in fetched),
        folder=folder if installed else None,
        problem=found.problem if found is not None else "",
    )


def _known(entry: Entry, fetcher: Fetcher) -> bool:
    return all(
        any(choice.sha256 or fetcher.seen.get(entry.id, choice.name) for choice in file.choices) for file in entry.files
    )
