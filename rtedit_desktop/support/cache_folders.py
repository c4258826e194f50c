"""Folders of the cache beside what was learned: what a cluster sent to this machine, and what was dragged out."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

from rtedit_desktop.support.paths import user_cache

RECEIVED, DRAGGED = "cluster", "dragged"
"""Models and presets of a Ray cluster's batches; results as files, for who they were dragged to."""

_LOCK = ".lock"  # empty, and another process may be waiting for one


def folder_of(name: str) -> Path:
    return user_cache() / name


def taken() -> tuple[int, int]:
    """Files in these folders, and their bytes; links count as what they are."""
    count = size = 0
    for folder in (RECEIVED, DRAGGED):
        for where, _, files in os.walk(folder_of(folder)):
            for name in files:
                if not name.endswith(_LOCK):
                    try:
                        size += os.lstat(os.path.join(where, name)).st_size
                    except OSError:  # gone meanwhile
                        continue
                    count += 1
    return count, size


def empty() -> None:
    """Remove what is in them, and nothing that a link in them leads to. Raises OSError where something stays."""
    for folder in (RECEIVED, DRAGGED):
        try:
            entries = list(os.scandir(folder_of(folder)))
        except FileNotFoundError:
            continue
        for entry in entries:
            if stat.S_ISDIR(entry.stat(follow_symlinks=False).st_mode):
                shutil.rmtree(entry.path)
            elif not entry.name.endswith(_LOCK):
                os.unlink(entry.path)
