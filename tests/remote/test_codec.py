"""Requests and events are the same on the other side; what is none is refused."""

from __future__ import annotations

import contextlib
import dataclasses
import math
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtedit_desktop.core.domain import DomainCheck
from rtedit_desktop.core.edits import EditSettings, EditSpec, MixSpec, PresetUse
from rtedit_desktop.core.events import Adapting, Cancelled, DecodeStep, Event, Failed, Finished, Loading, Notice
from rtedit_desktop.core.json_reader import FieldError
from rtedit_desktop.core.lazy_text import LazyText, tr
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
from rtedit_desktop.remote import frames
from rtedit_desktop.remote.events_codec import packed_event, read_event
from rtedit_desktop.remote.frames import Blobs, Message, MessageError, packed
from rtedit_desktop.remote.requests_codec import packed_request, read_request
from rtedit_desktop.remote.texts import read_text, text_form

PICTURE = np.random.default_rng(0).integers(0, 256, (8, 6, 3), dtype=np.uint8)
SPEC = EditSpec(pack="tiny", prompt="smiling “face”", source="face", settings=EditSettings(seed=2**63 - 1, t0=17))
EDIT = EditRequest(spec=SPEC, picture=PICTURE, job_id="a-1")
HASH = "0" * 64
WORDS: dict[str, Any] = {"title": "My edit", "author": "Æ", "licence": "MIT"}

REQUESTS: list[Request] = [
    EDIT,
    WarmUpRequest(pack="tiny"),
    LearnRequest(spec=SPEC, output=Path("/home/me/a.rtpreset"), pictures=(PICTURE, PICTURE[:4]), **WORDS),
    LearnRequest(spec=SPEC, output=Path("a.rtpreset"), pairs=(Pair(PICTURE, 255 - PICTURE),)),
    KeepRequest(edit=EDIT, output=Path("b.rtpreset"), job_id="a-1", **WORDS),
    ApplyRequest(spec=MixSpec(pack="tiny", uses=(PresetUse(Path("x"), 0.4, "tonal"),), seed=3), picture=PICTURE),
    RecallRequest(edits=(SPEC, replace(SPEC, prompt="old face")), picture=PICTURE),
    CheckRequest(picture=PICTURE, pack="tiny"),
]
EVENTS: list[Event] = [
    Loading(job_id="a", what=tr("{title}: {what}", title="Tiny", what=tr("U-Net")), fraction=0.5),
    Notice(job_id="a", text="as it is"),
    Adapting(job_id="a", step=0, of=3, score=math.nan, seconds_left=math.inf),
    Adapting(job_id="a", step=1, of=3, score=0.25, seconds_left=1.5, preview=PICTURE),
    DecodeStep(job_id="a", index=1, of=2, t=350, picture=PICTURE),
    Finished(
        job_id="a", picture=PICTURE, score=0.5, steps_taken=3, recipe={"a": [1, {"b": None}]}, seconds={"adapt": 0.25},
        instant=True, known=(True, False), check=DomainCheck(fits=False, far=1.5, advice=tr("No face."), pack="other"),
    ),
    Finished(job_id="a"),
    Cancelled(job_id="a"),
    Failed(job_id="a", what=tr("{n} of {m:g}.", n=3, m=0.5), todo="", details="Traceback"),
]  # fmt: skip


def same(one: object, other: object) -> bool:
    """Equal in every field; pictures by their values."""
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and one.dtype == other.dtype and np.array_equal(one, other)
    if dataclasses.is_dataclass(one):
        fields = (field.name for field in dataclasses.fields(one))
        return type(one) is type(other) and all(same(getattr(one, name), getattr(other, name)) for name in fields)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and math.isnan(one):
        return isinstance(other, float) and math.isnan(other)
    return one == other


def as_there(request: Request) -> Request:
    """Without what is for this computer alone."""
    if isinstance(request, (LearnRequest, KeepRequest)):
        return replace(request, output=Path(f"{request.job_id}.rtpreset"), overwrite=True)
    return request


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda one: type(one).__name__)
def test_a_request_is_the_same_on_the_other_side(request_: Request) -> None:
    content = packed_request(request_, lambda path: HASH)
    assert b"/home/me" not in content
    asked: list[str] = []

    def path_of(sha256: str) -> Path:
        asked.append(sha256)
        return Path("x")

    assert same(read_request(Message(content), path_of), as_there(request_))
    assert asked == ([HASH] if isinstance(request_, ApplyRequest) else [])


@pytest.mark.parametrize("event", EVENTS, ids=lambda one: type(one).__name__)
def test_an_event_is_the_same_on_the_other_side(event: Event) -> None:
    assert same(read_event(Message(packed_event(event))).event, event)


def test_a_preset_comes_beside_the_end() -> None:
    received = read_event(Message(packed_event(Finished(job_id="a", preset=Path("/there/x")), b"weights")))
    assert received.preset == b"weights"
    assert isinstance(received.event, Finished) and received.event.preset is None


def test_sentences_stay_translatable() -> None:
    text = tr("{title}: {what}", title="Tiny", what=tr("Loading {n}", n=3))
    read = read_text(text_form(text), "text")
    assert isinstance(read, LazyText) and read == text and read.template == text.template
    inner = read.values["what"]
    assert isinstance(inner, LazyText) and inner.template == "Loading {n}"


@pytest.mark.parametrize(
    "template",
    ["{a.__class__}", "{a[0]}", "{a!r}", "{a:>99999999999}", "{b}", "{}", "{a", "{a:{a}}", "{0}"],
)
def test_templates_with_more_than_plain_holes_are_refused(template: str) -> None:
    with pytest.raises(FieldError):
        read_text({"template": template, "values": {"a": "x"}}, "text")


def test_what_no_message_can_hold_is_refused_before_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for picture in (PICTURE.astype(float), PICTURE[..., :1], np.zeros((0, 0, 3), np.uint8), PICTURE[0]):
        with pytest.raises(MessageError):
            packed_request(replace(EDIT, picture=picture), lambda path: HASH)
    with pytest.raises(MessageError):
        packed({"kind": "x", "score": math.nan})
    monkeypatch.setattr(frames, "MOST_MESSAGE", 100)
    with pytest.raises(MessageError, match="too large"):
        packed_request(EDIT, lambda path: HASH)
    with pytest.raises(MessageError):
        Message(b"\0" * 101)


def raw(header: bytes, body: bytes = b"") -> bytes:
    return len(header).to_bytes(4, "big") + header + body


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0",
        b"\xff\xff\xff\xff{}",
        raw(b"[]"),
        raw(b"{}"),
        raw(b'{"kind": "edit"}'),
        raw(b'{"kind": 1, "blobs": []}'),
        raw(b'{"kind": "a", "kind": "b", "blobs": []}'),
        raw(b'{"kind": "a", "blobs": [3]}', b"xx"),
        raw(b'{"kind": "a", "blobs": [-1, 3]}', b"xx"),
        raw(b'{"kind": "a", "blobs": []}', b"xx"),
        raw(b'{"kind": "a", "blobs": ' + b"[" * 100_000),
        raw(b'{"kind": "a", "blobs": [NaN]}'),
        raw(b"\xff\xfe"),
    ],
)
def test_what_is_no_message_is_refused(content: bytes) -> None:
    with pytest.raises(MessageError):
        Message(content)


def test_a_picture_is_of_the_shape_that_it_says() -> None:
    for shape in ([8, 6, 4], [8, 6], [4, 4, 3], [8, 6, 3, 1], [0, 6, 3], [2**40, 6, 3], "8", [True, 6, 3]):
        blobs = Blobs()
        blobs.put(PICTURE.tobytes())
        picture = {"blob": 0, "shape": shape}
        message = Message(packed({"kind": "check", "job": "a", "pack": "p", "picture": picture}, blobs))
        with pytest.raises(FieldError):
            read_request(message, Path)


def test_a_blob_is_referred_to_once_and_none_is_left_over() -> None:
    blobs = Blobs()
    picture = blobs.picture(PICTURE)
    twice = packed({"kind": "learn", "job": "a", "spec": SPEC.to_json(), "pictures": [picture, picture], "pairs": [],
                    "title": "", "author": "", "licence": ""}, blobs)  # fmt: skip
    with pytest.raises(FieldError, match="nothing else refers to"):
        read_request(Message(twice), Path)
    with pytest.raises(FieldError, match="referred to"):
        read_request(Message(packed({"kind": "warm_up", "job": "a", "pack": "p"}, blobs)), Path)
    with pytest.raises(FieldError):
        read_request(Message(packed({"kind": "warm_up", "job": "a", "pack": "p", "more": 1})), Path)


@pytest.mark.parametrize("seed", range(10))
def test_mutated_messages_are_read_or_refused(seed: int) -> None:
    """Nothing but the two errors that the server knows comes of any bytes."""
    chance = random.Random(seed)
    whole = [packed_request(request, lambda path: HASH) for request in REQUESTS] + [packed_event(e) for e in EVENTS]
    for _ in range(200):
        content = bytearray(chance.choice(whole))
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(content))
            match chance.randrange(4):
                case 0:
                    content[at] = chance.randrange(256)
                case 1:
                    del content[at : at + chance.randint(1, 20)]
                case 2:
                    content[at:at] = chance.choice([b"[", b"{", b'"', b"9" * 30, b"null", b"-1", b"1e999", bytes(8)])
                case _:
                    content[at:at] = content[: chance.randint(0, 60)]
            content = content or bytearray(1)
        for read in (lambda m: read_request(m, Path), read_event):
            with contextlib.suppress(MessageError, FieldError):
                read(Message(bytes(content)))
