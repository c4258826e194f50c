"""docs/method.md and the code speak of the same equations and the same functions."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "rtedit_desktop"
TEXT = (ROOT / "docs" / "method.md").read_text("utf-8")
EQUATIONS = {
    int(number): re.findall(r"`([\w.]+)`", code)
    for number, code in re.findall(r"\\tag\{(\d+)\}\$\$\n\nCode: (.+)\n", TEXT)
}


def found(path: str) -> object:
    """What a dotted path under the package, or under its diffusion, leads to."""
    for start in ("rtedit_desktop.diffusion", "rtedit_desktop"):
        parts = path.split(".")
        for end in range(len(parts), 0, -1):
            name = ".".join([start, *parts[:end]])
            try:
                thing: object = importlib.import_module(name)
            except ModuleNotFoundError:
                continue
            for part in parts[end:]:
                thing = getattr(thing, part, None)
            if thing is not None:
                return thing
    raise LookupError(path)


def numbers_in(text: str) -> set[int]:
    """The equations that a text names: eq. 3, eqs. 4 and 5, eqs. 6 to 8, eqs. 7, 11 and 12."""
    named: set[int] = set()
    for listed in re.findall(r"\b[Ee]qs?\. ((?:\d+(?:, | and | to )?)+)", text):
        for low, high in re.findall(r"(\d+)(?: to (\d+))?", listed):
            named |= set(range(int(low), int(high or low) + 1))
    return named


def sources() -> dict[Path, str]:
    return {path: path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}


def test_every_equation_that_stands_by_itself_has_a_number() -> None:
    shown = re.findall(r"^\$\$(.+?)\$\$$", TEXT, re.MULTILINE | re.DOTALL)
    assert len(shown) == TEXT.count("$$") / 2
    assert [one for one in shown if one.count(r"\tag{") != 1] == []


def test_the_text_refers_to_equations_that_are_there() -> None:
    assert {int(number) for number in re.findall(r"(?<![\w\\{^_])\((\d{1,2})\)", TEXT)} <= set(EQUATIONS)


def test_equations_are_numbered_in_order_and_each_has_its_code() -> None:
    assert list(EQUATIONS) == list(range(1, TEXT.count(r"\tag{") + 1))
    assert all(EQUATIONS.values())


def test_every_equation_that_code_names_is_in_the_document() -> None:
    named = {number: path for path, text in sources().items() for number in numbers_in(text)}
    scripts = {
        number: path
        for folder in ("packaging", "examples")
        for path in (ROOT / folder).rglob("*.py")
        for number in numbers_in(path.read_text("utf-8"))
    }
    assert {number: path for number, path in (scripts | named).items() if number not in EQUATIONS} == {}
    assert set(named) == set(EQUATIONS), "each is named somewhere"


@pytest.mark.parametrize("number", EQUATIONS)
def test_the_functions_of_an_equation_exist_and_name_it_themselves(number: int) -> None:
    for path in EQUATIONS[number]:
        function = found(path)
        assert inspect.isroutine(function), path
        assert number in numbers_in(inspect.getsource(function)), f"{path} does not name eq. {number}"


def test_every_other_name_in_the_document_exists() -> None:
    for path in set(re.findall(r"`([a-z_]\w*(?:\.\w+)+)`", TEXT)):
        assert found(path) is not None


def test_the_code_names_no_sections_of_another_document() -> None:
    for folder in ("diffusion", "engine", "bench"):
        for path in (PACKAGE / folder).rglob("*.py"):
            assert not re.search(r"\bsections? \d", path.read_text("utf-8"), re.IGNORECASE), path


def test_whoever_sends_a_reader_to_the_document_names_an_equation() -> None:
    """Else it is another document that has it."""
    for path, text in sources().items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                docstring = ast.get_docstring(node) or ""
                package = path.name == "__init__.py"  # which names the document as a whole
                assert "docs/method.md" not in docstring or package or numbers_in(docstring), f"{path}: {docstring}"


def test_documents_that_code_names_are_there() -> None:
    named = {(path, name) for path, text in sources().items() for name in re.findall(r"docs/[\w/-]+\.md", text)}
    assert [one for one in named if not (ROOT / one[1]).is_file()] == []
