"""Hook of hatchling: what a package index shows, with addresses that lead somewhere from there.

``RTEDIT_REPOSITORY`` names the repository's address (the release workflow sets it). Pictures and links of the README
are relative; an index needs them absolute. Without an address the package has no links, and the README stays as it is.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?![a-z]+:|#)([^)\s]+)\)")


class Hook(MetadataHookInterface):
    """Fills in readme and urls."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict) -> None:
        repository = os.environ.get("RTEDIT_REPOSITORY", "").rstrip("/")
        text = (Path(self.root) / "README.md").read_text("utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": absolute(text, repository)}
        if repository:
            metadata["urls"] = addresses(repository)


def addresses(repository: str) -> dict[str, str]:
    return {
        "Source": repository,
        "Documentation": f"{repository}/blob/HEAD/docs/guide/index.md",
        "Changelog": f"{repository}/blob/HEAD/CHANGELOG.md",
        "Issues": f"{repository}/issues",
        "Releases": f"{repository}/releases",
    }


def absolute(text: str, repository: str) -> str:
    """The text with every relative link made one into the repository, pictures as they are."""
    if not repository:
        return text
    return _LINK.sub(
        lambda link: f"{link[1]}[{link[2]}]({repository}/{'raw' if link[1] else 'blob'}/HEAD/{link[3]})", text
    )
