"""Events as messages."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from rtedit_desktop.core.domain import DomainCheck
from rtedit_desktop.core.events import Adapting, Cancelled, DecodeStep, Event, Failed, Finished, Loading, Notice
from rtedit_desktop.core.json_reader import FieldError, Fields
from rtedit_desktop.remote.frames import Blobs, Message, packed, plain
from rtedit_desktop.remote.requests_codec import JOB
from rtedit_desktop.remote.texts import read_text, text_form

KINDS = ("loading", "notice", "adapting", "decode_step", "finished", "cancelled", "failed")
_MOST_STEPS = 100_000
_MOST_REAL = 1e12
_MOST_DETAILS = 100_000


class ReceivedEvent(NamedTuple):
    """An event, and the content of the preset file that its job made, if it made one."""

    event: Event
    preset: bytes | None = None


def packed_event(event: Event, preset: bytes | None = None) -> bytes:
    """The message that tells it. Raises MessageError for an event that no message can hold."""
    blobs = Blobs()
    more: dict[str, object]
    match event:
        case Loading():
            more = {"kind": "loading", "what": text_form(event.what), "fraction": event.fraction}
        case Notice():
            more = {"kind": "notice", "text": text_form(event.text)}
        case Adapting():
            more = {
                "kind": "adapting",
                "step": event.step,
                "of": event.of,
                "score": _finite(event.score),
                "seconds_left": _finite(event.seconds_left),
                "preview": None if event.preview is None else blobs.picture(event.preview),
            }
        case DecodeStep():
            more = {
                "kind": "decode_step",
                "index": event.index,
                "of": event.of,
                "t": event.t,
                "picture": blobs.picture(event.picture),
            }
        case Finished():
            more = {"kind": "finished", **_finished_form(event, preset, blobs)}
        case Cancelled():
            more = {"kind": "cancelled"}
        case Failed():
            more = {
                "kind": "failed",
                "what": text_form(event.what),
                "todo": text_form(event.todo),
                "details": event.details[:_MOST_DETAILS],
            }
    return packed({**more, "job": event.job_id}, blobs)


def read_event(message: Message) -> ReceivedEvent:
    """The event of a message whose kind is one of ``KINDS``. Raises FieldError."""
    top, preset = message.fields, None
    job = top.matching("job", JOB, "the id of a job")
    event: Event
    match message.kind:
        case "loading":
            event = Loading(job_id=job, what=read_text(top.pop("what"), "what"), fraction=top.real("fraction", 0, 1))
        case "notice":
            event = Notice(job_id=job, text=read_text(top.pop("text"), "text"))
        case "adapting":
            score, left = top.real_or_none("score", -2, 2), top.real_or_none("seconds_left", 0, _MOST_REAL)
            preview = top.left.pop("preview", None)
            event = Adapting(
                job_id=job,
                step=top.whole("step", 0, _MOST_STEPS),
                of=top.whole("of", 0, _MOST_STEPS),
                score=math.nan if score is None else score,
                seconds_left=math.inf if left is None else left,
                preview=None if preview is None else message.picture(preview, "preview"),
            )
        case "decode_step":
            event = DecodeStep(
                job_id=job,
                index=top.whole("index", 0, _MOST_STEPS),
                of=top.whole("of", 0, _MOST_STEPS),
                t=top.whole("t", 0, _MOST_STEPS),
                picture=message.picture(top.pop("picture")),
            )
        case "finished":
            blob = top.left.pop("preset", None)
            preset = None if blob is None else bytes(message.blob(blob))
            event = _read_finished(message, job)
        case "cancelled":
            event = Cancelled(job_id=job)
        case "failed":
            event = Failed(
                job_id=job,
                what=read_text(top.pop("what"), "what"),
                todo=read_text(top.pop("todo"), "todo"),
                details=top.string("details", most=_MOST_DETAILS),
            )
        case _:
            raise FieldError("kind", "must be that of an event")
    message.finish()
    return ReceivedEvent(event, preset)


def _finished_form(event: Finished, preset: bytes | None, blobs: Blobs) -> dict[str, object]:
    return {
        "picture": None if event.picture is None else blobs.picture(event.picture),
        "score": None if event.score is None else _finite(event.score),
        "steps_taken": event.steps_taken,
        "recipe": plain(event.recipe),
        "seconds": plain(event.seconds),
        "preset": None if preset is None else blobs.put(preset),
        "instant": event.instant,
        "known": list(event.known),
        "check": None if event.check is None else _check_form(event.check),
    }


def _read_finished(message: Message, job: str) -> Finished:
    top = message.fields
    picture, check = top.left.pop("picture", None), top.left.pop("check", None)
    known = top.items("known")
    if not all(isinstance(one, bool) for one in known):
        raise FieldError("known", "must be true or false each")
    seconds = top.inner("seconds")
    return Finished(
        job_id=job,
        picture=None if picture is None else message.picture(picture),
        score=top.real_or_none("score", -2, 2),
        steps_taken=top.whole("steps_taken", 0, _MOST_STEPS),
        recipe=dict(top.inner("recipe").left),
        seconds={name: seconds.real(name, 0, _MOST_REAL) for name in list(seconds.left)},
        instant=top.flag("instant"),
        known=tuple(bool(one) for one in known),
        check=None if check is None else _read_check(Fields(check, "check")),
    )


def _check_form(check: DomainCheck) -> Mapping[str, object]:
    return {
        "fits": check.fits,
        "far": _finite(check.far),
        "rough": _finite(check.rough),
        "advice": text_form(check.advice),
        "pack": check.pack,
    }


def _read_check(form: Fields) -> DomainCheck:
    far, rough = (form.real_or_none(name, -_MOST_REAL, _MOST_REAL) for name in ("far", "rough"))
    check = DomainCheck(
        fits=form.flag("fits"),
        far=math.inf if far is None else far,
        rough=math.inf if rough is None else rough,
        advice=read_text(form.pop("advice"), "advice"),
        pack=form.string("pack", most=200),
    )
    form.finish()
    return check


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
