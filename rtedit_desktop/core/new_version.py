"""A version of RTEdit that is newer than this one, as plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """``page`` is the address where it can be had."""

    version: str
    page: str
