"""What is installed and what can be had, side by side."""

from __future__ import annotations

from rtedit_desktop.core import paths
from rtedit_desktop.core.errors import PackError
from rtedit_desktop.core.pack_depot import PackOffer
from rtedit_desktop.packs import manifest as manifests
from rtedit_desktop.packs import registry, shared_parts
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.fetch import Fetcher
from rtedit_desktop.packs.manifest import Manifest
from rtedit_desktop.packs.registry import Entry
from rtedit_desktop.packs.store import disk_use, has_files


def offers(catalog: Catalog, fetcher: Fetcher) -> list[PackOffer]:
    """Installed packs in the order of the catalog, then what can be had, the shared parts last."""
    known = {entry.id: entry for entry in registry.entries()}
    manifests = [catalog.manifest(pack.id) for pack in catalog.packs()]
    there = [_installed(manifest, known.get(manifest.info.id), fetcher) for manifest in manifests]
    ids = {offer.id for offer in there}
    return [*there, *(_to_be_had(entry, known, fetcher) for entry in known.values() if entry.id not in ids)]


def _installed(manifest: Manifest, entry: Entry | None, fetcher: Fetcher) -> PackOffer:
    info = manifest.info
    return PackOffer(
        id=info.id,
        title=info.title,
        domain=info.domain,
        image_size=info.image_size,
        licence=info.licence,
        source=entry.origin if entry else "",
        revision=entry.revision if entry else "",
        bytes=0,
        parts=(manifest.clip_part,) if manifest.clip_part else (),
        installed=True,
        built_in=info.folder.parent != paths.user_packs(),
        on_disk=disk_use(info.folder) + (waiting := disk_use(fetcher.folder / info.id)),
        waiting=waiting,
        hashes_known=True,
        folder=info.folder,
    )


def _to_be_had(entry: Entry, known: dict[str, Entry], fetcher: Fetcher) -> PackOffer:
    """An entry of the registry: a pack that is not usable here, or a part."""
    lacking = [known[entry.part]] if entry.part and not shared_parts.installed(entry.part) else []
    installed = entry.shared_part and shared_parts.installed(entry.id)
    folder = shared_parts.folder(entry.id) if entry.shared_part else paths.user_packs() / entry.id
    waiting = disk_use(fetcher.folder / entry.id)
    fetched = lacking if installed or _only_lacks_its_part(entry) else [entry, *lacking]
    return PackOffer(
        id=entry.id,
        title=entry.title,
        domain=entry.domain,
        image_size=entry.image_size,
        licence=entry.licence,
        source=entry.origin,
        revision=entry.revision,
        bytes=sum(one.about_bytes for one in fetched) if all(one.downloadable for one in fetched) else 0,
        parts=(entry.part,) if entry.part else (),
        by_hand="" if fetched == lacking or entry.downloadable else f"{entry.by_hand[:1].upper()}{entry.by_hand[1:]}.",
        installed=installed,
        shared_part=entry.shared_part,
        on_disk=disk_use(folder) + waiting,
        waiting=waiting,
        hashes_known=all(_known(one, fetcher) for one in fetched),
        folder=folder if installed else None,
    )


def _only_lacks_its_part(entry: Entry) -> bool:
    try:
        return not entry.shared_part and has_files(manifests.read(paths.user_packs() / entry.id))
    except PackError:
        return False


def _known(entry: Entry, fetcher: Fetcher) -> bool:
    return all(
        any(choice.sha256 or fetcher.seen.get(entry.id, choice.name) for choice in file.choices)
        for file in entry.files
    )
