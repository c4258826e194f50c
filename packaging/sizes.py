"""How large a bundle is, and what of it."""

from __future__ import annotations

from pathlib import Path

MIB = 2**20
SHOWN = 14


def table(folder: Path) -> str:
    """One line for each part of some size, the largest first."""
    found: dict[str, int] = {}
    total = files = 0
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        size = path.stat().st_size
        total, files = total + size, files + 1
        name = _part_of(path.relative_to(folder))
        found[name] = found.get(name, 0) + size
    largest = sorted(found.items(), key=lambda item: -item[1])
    rows = [f"{size / MIB:8.1f} MiB  {name}" for name, size in largest[:SHOWN]]
    rest = sum(size for _, size in largest[SHOWN:])
    return "\n".join([*rows, f"{rest / MIB:8.1f} MiB  the rest", f"{total / MIB:8.1f} MiB  all, in {files} files"])


def _part_of(path: Path) -> str:
    """``_internal/torch/lib/x.so`` belongs to torch."""
    parts = [part for part in path.parts[:-1] if part != "_internal"]
    if not parts:
        return path.name if path.suffix == "" else "libraries of the system and of Python"
    name = parts[0].removesuffix(".libs").split("-")[0]
    return "RTEdit: models, presets, samples" if name == "rtedit_desktop" else name
