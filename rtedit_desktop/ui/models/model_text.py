"""Describes a model in words: its state in brief, a job's progress in one line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale

from rtedit_desktop.core.errors import DownloadError
from rtedit_desktop.core.packs.pack_installer import PackOffer, PackProgress
from rtedit_desktop.ui.widgets.texts import translated


def _tr(text: str) -> str:
    return QCoreApplication.translate("models", text)


def size(count: int) -> str:
    """Bytes in the units of shops and hosts: a thousand to a kB; three digits say enough."""
    shown = float(count)
    while shown >= 1000:
        shown /= 1000
    return QLocale().formattedDataSize(count, 1 if shown < 99.95 else 0, QLocale.DataSizeFormat.DataSizeSIFormat)


def time(seconds: float) -> str:
    if seconds < 90:
        return _tr("{n} s").format(n=round(seconds))
    minutes = round(seconds / 60)
    if minutes < 90:
        return _tr("{n} min").format(n=minutes)
    return _tr("{n} h {m} min").format(n=minutes // 60, m=minutes % 60)


def state_of(offer: PackOffer, in_use: bool = False) -> str:
    """What stands under a title in the list."""
    if offer.problem:
        return _tr("cannot be used")
    if in_use:
        return _tr("in use, comes with RTEdit") if offer.built_in else _tr("in use")
    if offer.installed:
        return _tr("comes with RTEdit") if offer.built_in else _tr("installed")
    if offer.waiting:
        return _tr("download not finished: {here} here").format(here=size(offer.waiting))
    if offer.own_files:
        return _tr("lacks its text model")
    if offer.bytes:
        return _tr("not here: {size} to download").format(size=size(offer.bytes))
    return _tr("not here: to be imported")


def long_state_of(offer: PackOffer, part_titles: str, in_use: bool = False) -> str:
    """The same in sentences, with what to do where something is to be done."""
    if offer.problem:
        return f"{translated(offer.problem)} " + (
            _tr("Download it again, or remove it.") if offer.bytes else _tr("Remove it, or import it again.")
        )
    if offer.waiting and not offer.installed:
        return _tr("{here} of about {size} are here; the download goes on from there.").format(
            here=size(offer.waiting), size=size(offer.bytes)
        )
    if offer.own_files and offer.lacks:
        return _tr("Its own files are here, but it needs {part} too, which is not here yet.").format(part=part_titles)
    if not offer.installed and not offer.bytes:
        return _tr("RTEdit cannot download it: get {files} from its source, then import the file here.").format(
            files=", ".join(offer.files)
        )
    if not offer.installed:
        return _tr("Not here; it can be downloaded, or imported from a file.")
    state = state_of(offer, in_use)
    return state[:1].upper() + state[1:] + "."


def download_failure(what: str, error: DownloadError, to_fetch: Sequence[PackOffer]) -> tuple[str, str]:
    """What happened to the model that was asked for, whichever of its files it was, and what to do here."""
    why = f"{translated(error.why)}." if error.why else translated(error.what)
    places = [
        _tr("{files} from {source}").format(files=", ".join(one.files), source=one.source)
        for one in to_fetch
        if one.files and one.source
    ]
    todo = translated(error.advice)
    if places:
        listed = _tr(" and ").join(places)
        todo += " " + _tr("Or get {places} in another way, and import it here.").format(places=listed)
    return f"{what} {why[:1].upper()}{why[1:]}", todo.strip()


def phase_text(progress: PackProgress | None, stopping: bool, runs: bool) -> str:
    """What stands in the list while something is being done."""
    if stopping:
        return _tr("stopping…")
    if progress is None:
        return _tr("beginning…") if runs else _tr("waits for its turn")
    words = {
        "downloading": _tr("downloading"),
        "checking": _tr("checking"),
        "converting": _tr("converting"),
        "installing": _tr("installing"),
    }
    share = _tr(" {percent} %").format(percent=int(100 * progress.fraction)) if progress.of else "…"
    return words[progress.phase] + share


def progress_line(progress: PackProgress | None, stopping: bool, runs: bool) -> str:
    """What is being done, how far it is, how fast, how long yet."""
    text = phase_text(progress, stopping, runs)
    text = text[:1].upper() + text[1:]
    if progress is None or stopping or progress.phase != "downloading":
        return text
    if progress.of:
        text = _tr("Downloading {what}: {done} of {of}").format(
            what=progress.what, done=size(progress.done), of=size(progress.of)
        )
    else:
        text = _tr("Downloading {what}: {done}").format(what=progress.what, done=size(progress.done))
    if progress.speed:
        text += _tr(", {speed}/s").format(speed=size(round(progress.speed)))
    if progress.seconds_left is not None:
        text += _tr(", {time} left").format(time=time(progress.seconds_left))
    return text


def before_download(offer: PackOffer, parts: Sequence[PackOffer], free: int) -> str:
    """What a person should know before anything goes online; ``parts`` come with it."""
    lines = [_tr("Size: about {size}").format(size=size(offer.bytes))]
    for one in (offer, *parts):
        lines += ["", one.title] if parts else []
        lines += [
            _tr("From: {source}").format(source=one.source),
            _tr("Licence: {licence}").format(licence=one.licence),
        ]
    lines += ["", _tr("Free on this disk: {free}").format(free=size(free))]
    if not offer.hashes_known:
        lines.append(_tr("Its hash is not known yet; that of this first download is noted and holds from then on."))
    if offer.bytes - offer.waiting > free:
        lines.append(_tr("That does not fit: free some space first."))
    return "\n".join(lines)
