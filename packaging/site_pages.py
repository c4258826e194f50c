"""Hook of mkdocs: pages from outside of ``docs``, links that lead out of it, equations that need no script.

The documents are written to be read in a checkout too, so they link to files beside ``docs`` by relative paths. On the
site those of ``PAGES`` are pages of their own; other files lead to the repository where ``RTEDIT_REPOSITORY`` names its
address, and are only named else.
"""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    "CONTRIBUTING.md": "project/contributing.md",
    "CHANGELOG.md": "project/changelog.md",
    "SECURITY.md": "project/security.md",
    "packaging/portraits/README.md": "project/portraits.md",
    "packaging/portraits/README.clip.md": "project/portraits-clip.md",
    "packaging/avatars/README.md": "project/avatars.md",
}
SOURCES = {page: source for source, page in PAGES.items()}
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s:]+)\)")
_DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
_INLINE = re.compile(r"(?<![\\$])\$([^$\n]+(?:\n[^$\n]+)?)\$(?!\$)")
_TAG = re.compile(r"\s*\\tag\{(\d+)\}")
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)


def on_files(files: Any, config: Any) -> Any:
    """Add the pages that lie elsewhere, and the icon."""
    files.append(
        File.generated(config, "rtedit.svg", content=(ROOT / "resources" / "icons" / "rtedit.svg").read_text("utf-8"))
    )
    for source, page in PAGES.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """The text as the site needs it."""
    place = page.file.src_uri
    text = _LINK.sub(lambda link: _link(link[1], link[2], place), markdown)
    return with_equations(text) if place == "method.md" else text


def _link(words: str, target: str, place: str) -> str:
    """The link for a page at ``place`` below docs."""
    path, mark, anchor = target.partition("#")
    source = SOURCES.get(place, f"docs/{place}")
    whole = posixpath.normpath(posixpath.join(posixpath.dirname(source), path)) if path else source
    if whole in PAGES:
        page = PAGES[whole]
    elif whole.startswith("docs/"):
        page = whole.removeprefix("docs/")
    elif (ROOT / whole).exists():
        repository = os.environ.get("RTEDIT_REPOSITORY", "")
        return f"[{words}]({repository}/blob/HEAD/{whole}{mark}{anchor})" if repository else words
    else:
        return f"[{words}]({target})"  # mkdocs complains of it
    return f"[{words}]({posixpath.relpath(page, posixpath.dirname(place) or '.')}{mark}{anchor})"


def with_equations(text: str) -> str:
    """TeX between dollars as MathML; code stays as it is."""
    parts = _CODE.split(text)
    return "".join(part if part.startswith("`") else _equations(part) for part in parts)


def _equations(text: str) -> str:
    return _INLINE.sub(lambda found: convert(found[1]), _DISPLAY.sub(lambda found: _display(found[1]), text))


def _display(tex: str) -> str:
    number = _TAG.search(tex)
    equation = convert(_TAG.sub("", tex).strip(), display="block")
    tag = f'<span style="float: right">({number[1]})</span>' if number else ""
    return f"<div>{tag}{equation}</div>"
