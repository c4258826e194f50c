"""The words of the window in other languages: from the sources to what the window loads.

    python packaging/translations.py            update the .ts from the sources and make the .qm of it
    python packaging/translations.py --check    say what is missing or out of date, and change nothing

The .ts under ``resources/translations`` are for people: Qt Linguist opens them, and so does a text editor. The
.qm beside them are made from them and are what is shipped. Both are in git, so that nobody needs Qt's tools to
run RTEdit from its sources.

English is the language of the sources and needs no file. Where one of something is said in another way than
several, the sources have two sentences: English and German both get by with that.

How German says it, so that one thing has one name:

    ========================  ==========================================
    adapt, learn              lernen (nie „trainieren“)
    canvas                    Bildfläche
    direction score           Richtungswert
    divider                   Trennlinie
    earlier work              frühere Arbeiten
    edit (noun)               Bearbeitung
    filmstrip                 Filmstreifen
    model, pack, model pack   Modell
    neutral text, source      Ausgangstext („zeigt jetzt“)
    photo, picture            Foto; Bild, wo es auch keines von beiden ist
    preset                    Vorgabe
    prompt                    Prompt, der
    queue                     Warteschlange
    result                    Ergebnis
    seed                      Startwert
    square                    Quadrat
    strength                  Stärke
    variations                Varianten
    ========================  ==========================================

Buttons and menus are infinitives („Öffnen …“ is written „Öffnen…“, as Qt's own German does), nobody is addressed
where a noun or an infinitive does it, file names and prompts stand in „…“.
"""

from __future__ import annotations

import argparse
import ast
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "rtedit_desktop"
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("de",)
CONTEXT = "LazyText"


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--check", action="store_true", help="change nothing; 1 where something is out of date")
    if arguments.parse_args().check:
        return check()
    update(FOLDER)
    return 0


def update(folder: Path) -> None:
    """Bring every .ts in ``folder`` up to the sources, then make the .qm."""
    with tempfile.TemporaryDirectory() as staged:
        files = [str(file) for file in marked_copies(Path(staged))]
        for language in LANGUAGES:
            lupdate(files, folder / f"rtedit_{language}.ts", language)
    for language in LANGUAGES:
        release(folder / f"rtedit_{language}.ts", folder / f"rtedit_{language}.qm")


def check() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in FOLDER.glob("*.ts"):
            shutil.copy(file, folder)
        update(folder)
        stale = [file.name for file in sorted(folder.iterdir()) if not _same(file, FOLDER / file.name)]
        unfinished = [f.name for f in sorted(folder.glob("*.ts")) if 'type="unfinished"' in f.read_text("utf-8")]
    for file in stale:
        print(f"{file} is not what the sources say: run packaging/translations.py")
    for file in unfinished:
        print(f"{file} has words without a translation")
    return 1 if stale or unfinished else 0


def marked_copies(into: Path) -> Iterator[Path]:
    """Copies of the sources in which every word is marked the way that lupdate knows.

    It knows ``self.tr("…")`` and ``QCoreApplication.translate("context", "…")``, not what stands for them here:
    ``_tr("…")``, whose context is the one in the module's own ``_tr``, and ``tr("…")`` of the core.
    """
    for source in sorted(SOURCES.rglob("*.py")):
        text = source.read_text("utf-8")
        marked = mark(text)
        if "tr(" in marked or "translate(" in marked:
            copy = into / source.relative_to(SOURCES.parent)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(marked, "utf-8")
            yield copy


def mark(text: str) -> str:
    """The same module with ``_tr``, ``tr`` and characters that are named written out."""
    tree = ast.parse(text)
    contexts = {"tr": CONTEXT}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "_tr":
            contexts["_tr"] = _context_in(node)
    lines = [line.encode() for line in text.splitlines(keepends=True)]
    edits: list[tuple[int, int, int, str]] = []  # line and column, how much goes, what comes
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in contexts and call.args:
            name, words = call.func.id, call.args[0]
            written = f'QCoreApplication.translate("{contexts[name]}", '
            edits.append((call.lineno - 1, call.col_offset, len(name) + 1, written))
            if call.keywords:  # lupdate takes no call that has more than words
                assert words.end_lineno is not None and words.end_col_offset is not None
                edits.append((words.end_lineno - 1, words.end_col_offset, 1, "), dict("))
    for number, column, length, written in sorted(edits, reverse=True):
        line = lines[number]
        lines[number] = line[:column] + written.encode() + line[column + length :]
    text = b"".join(lines).decode()
    return re.sub(r"\\N\{([A-Z -]+)\}", lambda named: unicodedata.lookup(named[1]), text)


def lupdate(files: list[str], ts: Path, language: str) -> None:
    """Without line numbers: a translation changes when its words do."""
    run(
        "lupdate", "-silent", "-no-obsolete", "-locations", "none", "-source-language", "en",
        "-target-language", language, *files, "-ts", str(ts),
    )  # fmt: skip


def release(ts: Path, qm: Path) -> None:
    run("lrelease", "-silent", "-nounfinished", str(ts), "-qm", str(qm))


def run(tool: str, *arguments: str) -> None:
    """One of Qt's tools, from beside PySide6, where its wheel has them."""
    import PySide6

    beside = Path(PySide6.__file__).parent / (f"{tool}.exe" if sys.platform == "win32" else tool)
    subprocess.run([str(beside), *arguments], check=True)


def _context_in(function: ast.FunctionDef) -> str:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "translate":
            context = node.args[0]
            if isinstance(context, ast.Constant) and isinstance(context.value, str):
                return context.value
    raise ValueError(f"line {function.lineno}: _tr does not say its context")


def _same(made: Path, kept: Path) -> bool:
    return kept.is_file() and made.read_bytes() == kept.read_bytes()


if __name__ == "__main__":
    raise SystemExit(main())
