"""Renders what is logged and reported so that nothing of the person is in it.

Nothing is searched for what looks like a path. What the app says itself comes as a template and its values: of these
only numbers, the system's own reasons and ``PublicText`` are told, a path is ``<photo 1>``, any other text
``<prompt 2>``, the same one under the same number. Of an exception its class and its place in the code are told. Of
text that others wrote (Qt, warnings, what libraries print) only words are left that stand in a list of technical ones.
"""

from __future__ import annotations

import builtins
import errno
import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path

from rtedit_desktop.core.errors import RTEditError
from rtedit_desktop.core.lazy_text import LazyText
from rtedit_desktop.support.reporting.technical_words import MODULES, WORDS

LEFT_OUT = "…"
_LONGEST = 4000
_MOST_LINES = 300
_MOST_KNOWN = 2000
_MOST_CAUSES = 10
_KINDS = {
    ".rtpreset": "preset", ".json": "file", ".jsonl": "file", ".safetensors": "file", ".ckpt": "file", ".pt": "file",
    ".pth": "file", ".bin": "file", ".zip": "file", ".part": "file", ".lock": "file", ".log": "file", "": "folder",
}  # fmt: skip
_REASONS = frozenset(os.strerror(number) for number in errno.errorcode)
_ERRORS = frozenset(
    name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)
)
_PUBLIC_WORDS = WORDS | {word.lower() for reason in _REASONS for word in re.findall(r"[A-Za-z]+", reason)}
_AROUND = ".,:;!?()[]{}<>'\"“”‘’`=*-"
# A number, two of them, a version and a shape; neither dates, nor numbers of telephones, nor addresses of computers.
_NUMBER = re.compile(r"[+-]?\d{1,6}(?:[.,:/-]\d{1,6})?%?|\d{1,3}(?:\.\d{1,3}){2}|\d{1,6}(?:x\d{1,6}){1,3}", re.ASCII)
_QT_NAME = re.compile(r"Q[A-Z][A-Za-z]{2,30}(?:::[A-Za-z]{2,30})?", re.ASCII)
_CODE_LINE = re.compile(r'\s*File "([^"\n]{1,1000})", line (\d{1,7}),? in (\w{1,80}|<module>|<lambda>)', re.ASCII)


class PublicText(str):
    """Words that tell nothing about anybody, like the version of the app."""


class ForeignText(str):
    """What others wrote, of which only technical words are told."""


class _Numbers:
    """Numbers what must not be told, so that a log can be followed."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], int] = {}
        self._count: dict[str, int] = {}
        self._lock = threading.Lock()

    def of(self, kind: str, value: str) -> str:
        with self._lock:
            number = self._known.get((kind, value))
            if number is None and len(self._known) < _MOST_KNOWN:
                number = self._count[kind] = self._count.get(kind, 0) + 1
                self._known[kind, value] = number
        return f"<{kind}>" if number is None else f"<{kind} {number}>"


_numbers = _Numbers()


def rendered(value: object, kind: str = "text") -> str:
    """A field as it may be shown to strangers; ``kind`` is what it is called where it may not."""
    if isinstance(value, LazyText):
        return _filled(value)
    if isinstance(value, PublicText):
        return str(value)
    if isinstance(value, ForeignText):
        return without_private(value)
    if value is None or isinstance(value, (bool, int, float)):
        return str(value)
    if isinstance(value, os.PathLike):
        path = Path(os.fsdecode(value))
        return _numbers.of(_KINDS.get(path.suffix.lower(), "photo"), str(path))
    if isinstance(value, str):
        return value if value in _REASONS else _numbers.of(kind, value)
    if isinstance(value, BaseException):
        return _message(value)
    return f"<{type(value).__name__}>"


def rendered_record(record: logging.LogRecord, ours: str = "rtedit") -> str:
    """What a line of the log says, without its exception.

    The templates of our own loggers are literals of the code (ruff's G rules); of all others nothing is known.
    """
    if record.name.partition(".")[0] not in (ours, f"{ours}_desktop") or not isinstance(record.msg, str):
        return without_private(record.getMessage())
    if isinstance(record.msg, LazyText):
        return rendered(record.msg)
    if not record.args:
        return record.msg
    if isinstance(record.args, Mapping):
        return without_private(record.msg)
    values = tuple(value if isinstance(value, (int, float)) else rendered(value) for value in record.args)
    try:
        return record.msg % values
    except (TypeError, ValueError):
        return without_private(record.msg)


def rendered_exception(error: BaseException) -> str:
    """The classes of an exception and its causes, where in the code they were raised, and what may be told of why."""
    parts: list[str] = []
    one: BaseException | None = error
    while one is not None and len(parts) < _MOST_CAUSES:
        lines = ["Traceback (most recent call last):"]
        for frame in traceback.extract_tb(one.__traceback__, limit=-100):
            lines.append(f'  File "{code_place(frame.filename)}", line {frame.lineno}, in {frame.name}')
        parts.append("\n".join([*lines, _message(one)]))
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\nwhich was caused by\n".join(parts)


def without_private(text: str) -> str:
    """Text of others as it may be shown to strangers: its technical words, in the order and on the lines they had."""
    lines = str(text)[: _LONGEST * _MOST_LINES].split("\n")
    told = [_line(line[:_LONGEST]) for line in lines[:_MOST_LINES]]
    return "\n".join([*told, LEFT_OUT] if len(lines) > _MOST_LINES else told)


def _filled(text: LazyText) -> str:
    if not text.values:
        return text.template
    return text.template.format(**{name: _Field(value, name) for name, value in text.values.items()})


class _Field:
    """A value in a template, which may ask for a format that only numbers have."""

    def __init__(self, value: object, kind: str) -> None:
        self._value, self._kind = value, kind

    def __format__(self, wanted: str) -> str:
        number = isinstance(self._value, (int, float)) and not isinstance(self._value, bool)
        return format(self._value, wanted) if number else rendered(self._value, self._kind)


def _message(error: BaseException) -> str:
    name = type(error).__name__
    if isinstance(error, RTEditError):
        words = f"{rendered(error.what, 'sentence')} {rendered(error.todo, 'sentence') if error.todo else ''}"
    elif isinstance(error, OSError) and error.strerror in _REASONS:
        words = f"[Errno {error.errno}] {error.strerror}"
    else:
        words = without_private(str(error))
    return f"{name}: {words}".strip(" :")


def _line(line: str) -> str:
    code = _CODE_LINE.match(line)
    if code is not None:
        place = code_place(code[1])
        return f'  File "{place}", line {code[2]}, in {code[3]}' if place != LEFT_OUT else f"  File {LEFT_OUT}"
    indent = line[: len(line) - len(line.lstrip())]
    told: list[str] = []
    for word in line.split():
        if _is_public(word):
            told.append(word)
        elif told[-1:] != [LEFT_OUT]:
            told.append(LEFT_OUT)
    return indent[:20] + " ".join(told)


def _is_public(word: str) -> bool:
    if len(word) > 80:
        return False
    core = word.strip(_AROUND)
    if not core:
        return len(word) <= 4
    if core.lower() in _PUBLIC_WORDS or core in _ERRORS:
        return True
    if core[-1:].isdigit() or core.endswith("%"):
        return _NUMBER.fullmatch(core) is not None
    return (core.split(".")[0] in MODULES and core in MODULES) or _QT_NAME.fullmatch(core) is not None


def code_place(filename: str) -> str:
    """Where a file of code lies within the app, Python or a library."""
    place = filename.replace("\\", "/")
    for root in _roots():
        if place.startswith(root):
            return place[len(root) :]
    return LEFT_OUT


def _roots() -> list[str]:
    """The folders that code is imported from, the longest first, so that as little as can be is left of a path."""
    package = Path(__file__).resolve().parents[2]
    folders = [*sys.path, str(package), sys.prefix, sys.base_prefix, getattr(sys, "_MEIPASS", "")]
    places = {str(Path(folder).absolute()).replace("\\", "/").rstrip("/") + "/" for folder in folders if folder}
    return sorted(places - {"/"}, key=len, reverse=True)
