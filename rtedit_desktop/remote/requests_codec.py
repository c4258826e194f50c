"""Requests as messages. What they say of files stays here: a preset goes by its hash, an output not at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import cast

from rtedit_desktop.core.edits import (
    BLENDINGS,
    MAX_STEPS,
    Blending,
    EditSpec,
    MixSpec,
    PresetUse,
    read_settings,
)
from rtedit_desktop.core.json_reader import FieldError, Fields
from rtedit_desktop.core.requests import (
    ApplyRequest,
    CheckRequest,
    EditRequest,
    KeepRequest,
    LearnRequest,
    Pair,
    RecallRequest,
    Request,
    WarmUpRequest,
)
from rtedit_desktop.remote.frames import Blobs, Message, MessageError, packed

JOB = re.compile(r"[A-Za-z0-9_-]{1,64}")
SHA256 = re.compile(r"[0-9a-f]{64}")
KINDS = ("warm_up", "edit", "learn", "keep", "apply", "recall", "check")
_MOST_TITLE = 4000
_MOST_WORDS = 10_000
_MOST_EDITS = 1000
_MOST_PICTURES = 1000
_MOST_USES = 1000


def packed_request(request: Request, preset_hash: Callable[[Path], str]) -> bytes:
    """The message that asks for it; ``preset_hash`` tells by which hash a preset's file was sent.

    Raises MessageError for a request that no message can hold.
    """
    blobs, header = Blobs(), {"job": request.job_id}
    if not JOB.fullmatch(request.job_id):
        raise MessageError("the job's id")
    more: dict[str, object]
    match request:
        case WarmUpRequest():
            more = {"kind": "warm_up", "pack": request.pack}
        case EditRequest():
            more = {"kind": "edit", **_edit_form(request, blobs)}
        case LearnRequest():
            more = {
                "kind": "learn",
                "spec": request.spec.to_json(),
                "pictures": [blobs.picture(picture) for picture in request.pictures],
                "pairs": [[blobs.picture(pair.before), blobs.picture(pair.after)] for pair in request.pairs],
                **_words_form(request),
            }
        case KeepRequest():
            more = {"kind": "keep", **_edit_form(request.edit, blobs), **_words_form(request)}
        case ApplyRequest():
            spec = request.spec.to_json(lambda path: {"sha256": preset_hash(path)})
            more = {"kind": "apply", "spec": spec, "picture": blobs.picture(request.picture)}
        case RecallRequest():
            edits = [edit.to_json() for edit in request.edits]
            more = {"kind": "recall", "edits": edits, "picture": blobs.picture(request.picture)}
        case CheckRequest():
            more = {"kind": "check", "pack": request.pack, "picture": blobs.picture(request.picture)}
    return packed({**more, **header}, blobs)


def read_request(message: Message, preset_at: Callable[[str], Path]) -> Request:
    """The request of a message whose kind is one of ``KINDS``; ``preset_at`` gives the file of a hash.

    Raises FieldError, and what ``preset_at`` raises. What is learned goes to a file of the job's name.
    """
    top = message.fields
    job = top.matching("job", JOB, "the id of a job")
    request: Request
    match message.kind:
        case "warm_up":
            request = WarmUpRequest(pack=_pack(top), job_id=job)
        case "edit":
            request = _edit(message, job)
        case "learn":
            spec = _edit_spec(top.inner("spec"))
            pictures = message.pictures(top.items("pictures", most=_MOST_PICTURES), "pictures")
            pairs = tuple(_pair(message, pair) for pair in top.items("pairs", most=_MOST_PICTURES))
            title, author, licence = _words(top)
            request = LearnRequest(
                spec=spec, output=output_of(job), title=title, author=author, licence=licence,
                pictures=pictures, pairs=pairs, job_id=job,
            )  # fmt: skip
        case "keep":
            edit = _edit(message, job)
            title, author, licence = _words(top)
            request = KeepRequest(
                edit=edit, output=output_of(job), title=title, author=author, licence=licence, job_id=job
            )
        case "apply":
            mix = _mix_spec(top.inner("spec"), preset_at)
            request = ApplyRequest(spec=mix, picture=message.picture(top.pop("picture")), job_id=job)
        case "recall":
            edits = tuple(_edit_spec(Fields(one, "edits")) for one in top.items("edits", most=_MOST_EDITS))
            request = RecallRequest(edits=edits, picture=message.picture(top.pop("picture")), job_id=job)
        case "check":
            request = CheckRequest(pack=_pack(top), picture=message.picture(top.pop("picture")), job_id=job)
        case _:
            raise FieldError("kind", "must be that of a request")
    message.finish()
    return request


def output_of(job: str) -> Path:
    """What a preset of this job is called where it is learned; no file of that name is written."""
    return Path(f"{job}.rtpreset")


def _edit_form(request: EditRequest, blobs: Blobs) -> dict[str, object]:
    return {"spec": request.spec.to_json(), "picture": blobs.picture(request.picture)}


def _words_form(request: LearnRequest | KeepRequest) -> dict[str, object]:
    return {"title": request.title, "author": request.author, "licence": request.licence}


def _edit(message: Message, job: str) -> EditRequest:
    spec = _edit_spec(message.fields.inner("spec"))
    return EditRequest(spec=spec, picture=message.picture(message.fields.pop("picture")), job_id=job)


def _edit_spec(form: Fields) -> EditSpec:
    """The engine says what is wrong with its words, as it does here."""
    form.one_of("kind", ("edit",))
    form.whole("spec_version", 1, 1)
    spec = EditSpec(
        pack=_pack(form),
        prompt=form.string("prompt", most=_MOST_WORDS),
        source=form.string("source", most=_MOST_WORDS),
        settings=read_settings(form.inner("settings")),
    )
    form.finish()
    return spec


def _mix_spec(form: Fields, preset_at: Callable[[str], Path]) -> MixSpec:
    form.one_of("kind", ("apply",))
    form.whole("spec_version", 1, 1)
    uses = tuple(_use(Fields(one, "presets"), preset_at) for one in form.items("presets", most=_MOST_USES))
    spec = MixSpec(
        pack=_pack(form),
        uses=uses,
        seed=form.whole_or_none("seed", 0, 2**63 - 1),
        steps=form.whole_or_none("steps", 1, MAX_STEPS),
    )
    form.finish()
    return spec


def _use(form: Fields, preset_at: Callable[[str], Path]) -> PresetUse:
    path = preset_at(form.matching("sha256", SHA256, "a hash"))
    strength = form.real("strength", -1000.0, 1000.0)
    blending = cast(Blending, form.one_of("blending", BLENDINGS, "auto"))
    form.finish()
    return PresetUse(path, strength, blending)


def _pair(message: Message, value: object) -> Pair:
    if not isinstance(value, list) or len(value) != 2:
        raise FieldError("pairs", "must be two pictures each")
    return Pair(*message.pictures(value, "pairs"))


def _words(top: Fields) -> tuple[str, str, str]:
    title, author, licence = (top.string(name, most=_MOST_TITLE) for name in ("title", "author", "licence"))
    return title, author, licence


def _pack(top: Fields) -> str:
    return top.string("pack", most=200)
