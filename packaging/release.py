"""What a release needs besides the packages: addresses, limits of sizes, manifests of other channels.

python packaging/release.py addresses https://github.com/OWNER/NAME    whom RTEdit asks for a newer version
python packaging/release.py sizes dist                                 1 where the wheel is too large for an index
python packaging/release.py split dist                                 parts of what is too large for a release
python packaging/release.py manifests ASSETS INTO --repository ADDRESS --tag v0.1.0
                                                                       Homebrew, winget and Flathub, filled in
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
ADDRESSES = ROOT / "resources" / "release.json"
TEMPLATES = ROOT / "packaging" / "channels"
MOST_OF_A_WHEEL = 60 * 2**20
MOST_OF_AN_ASSET = 1900 * 2**20  # GitHub takes less than two GiB
# The asset that a channel hands out, by the word in its templates.
ASSETS = {
    "DEB": r"rtedit_[\d.]+_amd64\.deb",
    "DMG": r"RTEdit-[\d.]+-arm64\.dmg",
    "SETUP": r"rtedit-[\d.]+-setup\.exe",
}
_PIECE = 2**24


def main() -> int:
    args = _arguments()
    if args.command == "addresses":
        write_addresses(args.repository)
        return 0
    if args.command == "sizes":
        return int(not wheels_fit(args.folder))
    if args.command == "split":
        split(args.folder)
        return 0
    manifests(args.assets, args.into, args.repository, args.tag)
    return 0


def write_addresses(repository: str, file: Path = ADDRESSES) -> None:
    """Those of GitHub's interface, for a repository there."""
    parts = urlsplit(repository)
    if parts.scheme != "https" or parts.hostname != "github.com" or parts.path.strip("/").count("/") != 1:
        raise SystemExit(f"{repository} is not the address of a repository on GitHub")
    repository = repository.rstrip("/")
    latest = f"https://api.github.com/repos{urlsplit(repository).path}/releases/latest"
    text = json.dumps({"updates": latest, "page": f"{repository}/releases/latest"}, indent=1)
    file.write_text(text + "\n", "utf-8")


def wheels_fit(folder: Path) -> bool:
    """Whether an index takes the wheels; says how large they are."""
    wheels = sorted(folder.glob("*.whl"))
    for wheel in wheels:
        print(f"{wheel.name}: {wheel.stat().st_size / 2**20:.1f} MiB, at most {MOST_OF_A_WHEEL // 2**20}")
    return bool(wheels) and all(wheel.stat().st_size <= MOST_OF_A_WHEEL for wheel in wheels)


def split(folder: Path, most: int = MOST_OF_AN_ASSET) -> list[Path]:
    """Cut every file that a release would refuse into NAME.part1, NAME.part2, …, which ``cat`` joins."""
    made: list[Path] = []
    for path in sorted(one for one in folder.iterdir() if one.is_file() and one.stat().st_size > most):
        with path.open("rb") as source:
            number = 0
            while source.tell() < path.stat().st_size:
                number += 1
                made.append(path.with_name(f"{path.name}.part{number}"))
                left = most
                with made[-1].open("wb") as part:
                    while left and (piece := source.read(min(_PIECE, left))):
                        left -= part.write(piece)
        path.unlink()
        print(f"{path.name}: {number} parts; cat {path.name}.part* > {path.name}")
    return made


def manifests(assets: Path, into: Path, repository: str, tag: str) -> list[Path]:
    """Write every template of ``channels`` with addresses and hashes of these assets."""
    version = tag.removeprefix("v")
    words = {"VERSION": version, "REPOSITORY": repository.rstrip("/"), "DATE": date.today().isoformat()}
    for word, pattern in ASSETS.items():
        found = [path for path in sorted(assets.iterdir()) if re.fullmatch(pattern, path.name)]
        if len(found) != 1:
            raise SystemExit(f"{len(found)} files in {assets} are called like {pattern}; there must be one")
        words[f"{word}_URL"] = f"{words['REPOSITORY']}/releases/download/{tag}/{found[0].name}"
        words[f"{word}_SHA256"] = hashlib.sha256(found[0].read_bytes()).hexdigest()
    made = []
    for template in sorted(path for path in TEMPLATES.rglob("*") if path.is_file() and path.suffix != ".md"):
        target = into / template.relative_to(TEMPLATES)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = re.sub(r"@([A-Z0-9_]+)@", lambda word: words[word[1]], template.read_text("utf-8"))
        target.write_text(text, "utf-8")
        made.append(target)
    return made


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("addresses").add_argument("repository")
    for name in ("sizes", "split"):
        commands.add_parser(name).add_argument("folder", type=Path)
    channels = commands.add_parser("manifests")
    channels.add_argument("assets", type=Path)
    channels.add_argument("into", type=Path)
    channels.add_argument("--repository", required=True)
    channels.add_argument("--tag", required=True)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
