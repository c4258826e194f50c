"""Removes from a text what tells about the person: folders, file names, the name of the account.

Too much goes rather than too little: what stays is the app's own code and words.
"""

from __future__ import annotations

import getpass
import os
import re
from pathlib import Path

HOME = "<home>"
FOLDER = "<folder>"
_SUFFIXES = "png|jpe?g|webp|tiff?|bmp|gif|heic|heif|rtpreset|ckpt|pt|pth|safetensors|zip|part|json"
_ADDRESS = re.compile(r"file:/+\S+", re.IGNORECASE)
# In quotes: whatever has a folder or a file's ending in it.
_QUOTED = re.compile(rf"""(['"“‘])([^'"”’\n]*(?:[/\\][^'"”’\n]*|\.(?:{_SUFFIXES})))(['"”’])""", re.IGNORECASE)
_CODE = re.compile(
    r"(?:[A-Za-z]:)?[/\\][^\n\"'<>|]*?[/\\](site-packages|rtedit_desktop|_internal|lib)[/\\]([^\n\"'<>|]*)"
)
_LONG = re.compile(rf"(?:[A-Za-z]:[/\\]|(?<![\w<>.:/\\])/)[^\n:;\"'<>|]*?[^\s<>]\.({_SUFFIXES})\b", re.IGNORECASE)
_PATH = re.compile(r"(?<![\w<>.…:/\\])(?:[A-Za-z]:[/\\]|\\\\|~?/)[^\s\"'<>|:;,]*[^\s\"'<>|:;,.)]")
_NAME = re.compile(rf"[^\n:;\"'“”<>/\\|]*?[^\s<>]\.({_SUFFIXES})\b", re.IGNORECASE)


def without_private(text: str) -> str:
    """``text`` as it may be shown to strangers."""
    text = _QUOTED.sub(_unquoted, _ADDRESS.sub("<file>", text))
    text = _CODE.sub(lambda match: f"{match[1]}/{match[2]}".replace("\\", "/"), text)
    for folder, name in _personal_folders():
        text = re.sub(re.escape(folder), name, text, flags=re.IGNORECASE)
    text = _PATH.sub(FOLDER, _LONG.sub(lambda match: f"<file>.{match[1].lower()}", text))
    text = _NAME.sub(lambda match: f" <file>.{match[1].lower()}", text)
    return _without_account(text)


def _unquoted(match: re.Match[str]) -> str:
    inner = match[2]
    if _CODE.search(inner) and inner.endswith((".py", ".pyc")):
        return match[0]
    suffix = Path(inner.replace("\\", "/")).suffix
    return f"{match[1]}<file>{suffix.lower() if re.fullmatch(rf'[.]({_SUFFIXES})', suffix, re.I) else ''}{match[3]}"


def _personal_folders() -> list[tuple[str, str]]:
    """The longest first, so that none is cut in half."""
    folders = {str(Path.home()): HOME, os.environ.get("RTEDIT_HOME", ""): "<data>"}
    usable = [(folder, name) for folder, name in folders.items() if len(folder) > 3]
    return sorted(usable, key=lambda pair: -len(pair[0]))


def _without_account(text: str) -> str:
    try:
        account = getpass.getuser()
    except (OSError, KeyError, ImportError):
        return text
    if len(account) < 3 or account in ("root", "user"):
        return text
    return re.sub(rf"\b{re.escape(account)}\b", "<account>", text)
