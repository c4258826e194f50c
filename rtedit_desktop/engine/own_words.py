"""Translates what is asked into the words of the pack that is asked, whatever language it is written in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.errors import RTEditError
from rtedit_desktop.core.requests import EditRequest, KeepRequest, LearnRequest, RecallRequest, Request

if TYPE_CHECKING:
    from rtedit_desktop.packs.catalog import Catalog


def in_own_words(request: Request, catalog: Catalog) -> Request:
    """The same request."""
    match request:
        case EditRequest():
            return replace(request, spec=_meant(request.spec, catalog))
        case KeepRequest():
            return replace(request, edit=replace(request.edit, spec=_meant(request.edit.spec, catalog)))
        case LearnRequest() if not request.pairs:  # of which a prompt is but the name
            return replace(request, spec=_meant(request.spec, catalog))
        case RecallRequest():
            return replace(request, edits=tuple(_meant(edit, catalog) for edit in request.edits))
    return request


def _meant(spec: EditSpec, catalog: Catalog) -> EditSpec:
    try:
        info = catalog.manifest(spec.pack).info
    except RTEditError:  # told when it is loaded
        return spec
    return replace(spec, prompt=info.meaning(spec.prompt), source=info.meaning(spec.source))
