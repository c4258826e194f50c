"""No word of the window is outside Qt's translation: read from the sources, without running them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import rtedit_desktop
from rtedit_desktop.core import errors

PACKAGE = Path(rtedit_desktop.__file__).parent
MODULES = sorted([*(PACKAGE / "ui").rglob("*.py"), PACKAGE / "app.py", PACKAGE / "single_instance.py"])
# Their sentences come to the window; those of the command line alone stay English.
BELOW = sorted(
    module
    for folder in ("core", "support", "imaging", "presets", "packs", "engine", "history", "batch", "worker")
    for module in (PACKAGE / folder).rglob("*.py")
)
EVENTS = {"Notice", "PackNotice", "PhotoNote", "Failed"}
ERRORS = EVENTS | {
    name for name, of in vars(errors).items() if isinstance(of, type) and issubclass(of, errors.RTEditError)
}
TRANSLATING = {"tr", "translate", "_tr", "translated"}
# What shows its arguments to a person: of Qt, and of the window itself.
SHOWING = {
    "QLabel", "QAction", "QPushButton", "QCheckBox", "QRadioButton", "QGroupBox", "QMenu", "QToolButton",
    "QCommandLinkButton", "QDockWidget", "QTableWidgetItem", "QListWidgetItem", "QTreeWidgetItem", "QStandardItem",
    "QProgressDialog", "setText", "setPlainText", "setIconText", "setToolTip", "setStatusTip", "setWhatsThis",
    "setWindowTitle", "setTitle", "setPlaceholderText", "setAccessibleName", "setAccessibleDescription", "setPrefix",
    "setSuffix", "setSpecialValueText", "setFormat", "setInformativeText", "setDetailedText", "setLabelText",
    "setItemText", "setHeaderLabels", "setHorizontalHeaderLabels", "setTabText", "addTab", "addRow", "addItem",
    "addItems", "insertItem", "addMenu", "addAction", "addToolBar", "addButton", "showMessage", "showText", "drawText",
    "getOpenFileName", "getOpenFileNames", "getSaveFileName", "getExistingDirectory", "information", "question",
    "warning", "critical", "about", "error", "say", "mention", "ask", "ask_to_save", "show_text", "sentences",
}  # fmt: skip
# Messages of signals that are shown: the words come first.
EMITTING = {"notice", "failed", "problem", "stepped"}
TAG = re.compile(r"<[^>]*>|\{\}")
NAMES = {"English", "Deutsch", "RTEdit", "CPU"}


def _name_of(module: Path) -> str:
    return module.relative_to(PACKAGE).with_suffix("").as_posix()


def calls(module: Path) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name):
                yield node, function.id
            elif isinstance(function, ast.Attribute):
                emitter = function.value
                if isinstance(emitter, ast.Name) and emitter.id == "painter" and function.attr == "translate":
                    continue  # moves what is drawn
                emits = isinstance(emitter, ast.Attribute) and emitter.attr in EMITTING
                yield node, "say" if function.attr == "emit" and emits else function.attr


def bare_words(node: ast.expr) -> Iterator[str]:
    """Words in an expression that are shown as they stand."""
    match node:
        case ast.Constant(value=str() as text):
            plain = TAG.sub("", text).strip()
            if any(char.isalpha() for char in plain) and plain not in NAMES:
                yield text
        case ast.JoinedStr(values=parts):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
            yield from bare_words(ast.Constant(text))
            for part in parts:
                if isinstance(part, ast.FormattedValue):
                    yield from bare_words(part.value)
        case ast.BinOp(left=left, right=right):
            yield from bare_words(left)
            yield from bare_words(right)
        case ast.IfExp(body=body, orelse=orelse):
            yield from bare_words(body)
            yield from bare_words(orelse)
        case ast.BoolOp(values=values) | ast.List(elts=values) | ast.Tuple(elts=values):
            for value in values:
                yield from bare_words(value)
        case ast.Call(func=ast.Attribute(value=value, attr="format" | "strip" | "capitalize")):
            yield from bare_words(value)


@pytest.mark.parametrize("module", MODULES, ids=_name_of)
def test_what_is_shown_is_translated(module: Path) -> None:
    bare = [
        f"{module.name}:{call.lineno}: {text!r}"
        for call, name in calls(module)
        if name in SHOWING and not _logs(call)
        for argument in _shown_arguments(call, name)
        for text in bare_words(argument)
    ]
    assert not bare


@pytest.mark.parametrize("module", MODULES, ids=_name_of)
def test_what_is_translated_can_be_gathered(module: Path) -> None:
    """One literal to a call, whole: what is put together first is not found by lupdate, and not in the .ts."""
    for call, name in calls(module):
        if name not in TRANSLATING - {"translated"} or _in_helper(call):
            continue
        words = call.args[1 if name == "translate" else 0]
        assert isinstance(words, ast.Constant) and isinstance(words.value, str), f"{module.name}:{call.lineno}"


@pytest.mark.parametrize("module", BELOW, ids=_name_of)
def test_sentences_from_below_the_window_can_be_translated(module: Path) -> None:
    bare = [
        f"{module.name}:{call.lineno}: {text!r}"
        for call, name in calls(module)
        if name in ERRORS and module.stem != "errors"
        for argument in [
            *call.args[: None if name in EVENTS else 2],
            *(word.value for word in call.keywords if word.arg != "details"),
        ]
        for text in bare_words(argument)
    ]
    assert not bare


def test_the_test_finds_them() -> None:
    tree = ast.parse('label.setText("x" if y else f"{n} photos" + self.tr("fine"))', mode="eval").body
    assert isinstance(tree, ast.Call)
    assert list(bare_words(tree.args[0])) == ["x", "{} photos"]


def _shown_arguments(call: ast.Call, name: str) -> list[ast.expr]:
    """Of a signal of a step the second is a key, of an error the third are details."""
    if name in ("say", "addItem", "addAction", "addToolBar", "addTab"):
        return call.args[:1]
    return call.args[:2] if name in ("error", "addRow") else call.args


def _logs(call: ast.Call) -> bool:
    """A log is in English, for whoever is asked for help."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(owner, ast.Call) and isinstance(owner.func, ast.Attribute) and owner.func.attr == "getLogger"


def _in_helper(call: ast.Call) -> bool:
    """The ``translate("context", text)`` inside ``_tr`` and its like, and a method of str."""
    words = call.args[-1] if call.args else None
    return words is None or (ast.unparse(words) in ("text", "text.template"))
