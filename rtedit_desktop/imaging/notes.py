"""What is said where a photo is opened of the parts of its file beside the pixels."""

from __future__ import annotations

from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.imaging.metadata.parts import FRAME_LIMIT, METADATA_LIMIT, Budget, Parts


def notes_of(parts: Parts, budget: Budget, lost: set[str]) -> list[str]:
    """``lost`` is what no result carries."""
    notes: list[str] = []
    if parts.frames > FRAME_LIMIT:
        notes.append(tr("The first of more than {count} frames is used.", count=FRAME_LIMIT))
    elif parts.frames > 1:
        notes.append(tr("The first of {count} frames is used.", count=parts.frames))
    if "video" in lost:
        notes.append(tr("The video behind the photo is not in what is saved."))
    if "gain map" in lost:
        notes.append(tr("The HDR gain map is not in what is saved."))
    elif "pictures" in lost:
        notes.append(tr("The other pictures in the file are not in what is saved."))
    if "layers" in lost:
        notes.append(tr("The layers are not in what is saved, only the picture of them all."))
    if "credentials" in lost:
        notes.append(tr("The content credentials speak of the photo as it is, so they are not in what is saved."))
    if budget.exceeded:
        notes.append(tr("Metadata beyond {size} MiB is left out.", size=METADATA_LIMIT >> 20))
    if budget.damaged:
        notes.append(tr("Damaged metadata is left out."))
    return notes
