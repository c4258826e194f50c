"""The page of the command line, from the parser: ``docs/reference/command-line.md``.

python packaging/command_line.py            write the page
python packaging/command_line.py --check    1 where it is not what the parser says
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
PAGE = ROOT / "docs" / "reference" / "command-line.md"
_MOST_CHOICES = 8  # beyond that a list is no help
_NOTE = "<!-- Made by packaging/command_line.py; do not edit. -->"


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--check", action="store_true", help="change nothing; 1 where the page is out of date")
    text = page()
    if arguments.parse_args().check:
        return int(not PAGE.is_file() or PAGE.read_text("utf-8") != text)
    PAGE.write_text(text, "utf-8")
    return 0


def page() -> str:
    """The whole page, the same on every version of Python."""
    from rtedit_desktop import cli

    parser = cli._parser(cli.COMMANDS)
    codes = [line.split(maxsplit=1) for line in (parser.epilog or "").splitlines()[1:] if line.strip()]
    lines = [
        "# Command line",
        "",
        _NOTE,
        "",
        f"`rtedit`: {(parser.description or '')[:1].lower()}{(parser.description or '')[1:]}",
        "[The guide](../guide/command-line.md) has examples.",
        "",
        "| exit code | |",
        "| ---: | --- |",
        *(f"| {code} | {_cell(what)} |" for code, what in codes),
        "",
        *_commands(parser, "rtedit"),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _commands(parser: argparse.ArgumentParser, name: str, level: int = 2) -> Iterator[str]:
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction):
            continue
        helps = {choice.dest: choice.help for choice in action._choices_actions}
        for command, inner in action.choices.items():
            whole = f"{name} {command}"
            yield f"{'#' * level} {whole}"
            yield ""
            what = inner.description or helps.get(command) or ""
            if what:
                yield f"{what[:1].upper()}{what[1:].rstrip('.')}."
                yield ""
            yield from _options(inner)
            yield from _commands(inner, whole, level + 1)


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    rows = [action for action in parser._actions if not isinstance(action, argparse._SubParsersAction)]
    rows = [action for action in rows if action.dest != "help"]
    if not rows:
        return
    yield "| | |"
    yield "| --- | --- |"
    for action in rows:
        yield f"| {_name(action)} | {_cell(_help(parser, action))} |"
    yield ""


def _name(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else _value(action)
    if not action.option_strings:
        return f"`{value}`"
    return ", ".join(f"`{' '.join((option, value)).strip()}`" for option in action.option_strings)


def _value(action: argparse.Action) -> str:
    if action.metavar:
        name = action.metavar if isinstance(action.metavar, str) else " ".join(action.metavar)
    elif action.choices is not None and len(list(action.choices)) <= _MOST_CHOICES:
        name = "{" + ",".join(map(str, action.choices)) + "}"
    else:
        name = action.dest.upper()
    if isinstance(action.nargs, int):
        return " ".join([name] * action.nargs)
    return {"?": f"[{name}]", "*": f"[{name} …]", "+": f"{name} …"}.get(str(action.nargs), name)


def _help(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    words = (action.help or "") % {**vars(action), "prog": parser.prog} if action.help else ""
    return f"{words}; must be given" if action.option_strings and action.required else words


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    sys.exit(main())
