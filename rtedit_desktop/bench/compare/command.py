"""``rtedit bench compare``: which of several tools' results people, and a judge, prefer.

With folders of results it writes a blind page (``page``), lets another tool make its results first (``other_tools``)
and asks a judge (``judging``); with files of votes it says how they were cast.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from rtedit_desktop.bench.compare import contestants, judging, other_tools, page, votes
from rtedit_desktop.bench.compare.tally import Tally
from rtedit_desktop.bench.output import add_overwrite, check_outputs
from rtedit_desktop.core.errors import SettingsError, shown_name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``rtedit bench compare``."""
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="results of one tool each, named alike")
    parser.add_argument("--sources", type=Path, metavar="FOLDER", help="the pictures that were edited, named alike")
    parser.add_argument("--prompt", default="", help="what was asked for (default: a file's name behind its blank)")
    parser.add_argument("--out", type=Path, default=Path("compare"), metavar="DIR", help="where the page is")
    parser.add_argument("--seed", type=int, default=0, help="of the order, and of another tool (default: %(default)s)")
    parser.add_argument("--votes", nargs="+", type=Path, metavar="FILE", help="count these, cast on the page in --out")
    parser.add_argument("--judge", metavar="PACK", help="a pack that judges too, by its classifier or its CLIP")
    parser.add_argument("--judge-folder", type=Path, metavar="DIR", help="a pack folder anywhere, instead of --judge")
    parser.add_argument(
        "--with", dest="tool", choices=list(other_tools.TOOLS), help="a tool that edits the sources too"
    )
    parser.add_argument("--weights", type=Path, metavar="DIR", help="its weights (default: in the hub's cache)")
    parser.add_argument("--instruction", default="{prompt}", help="what it is told (default: {prompt})")
    parser.add_argument("--steps", type=int, default=20, help="its decoding steps (default: %(default)s)")
    add_overwrite(parser)


def run(args: argparse.Namespace) -> int:
    """Write the page or count the votes. Raises what a command knows."""
    if args.votes:
        print(table(votes.counted(args.out, args.votes, args.seed), "people"), end="")
        return 0
    if args.seed < 0 or args.steps < 1:
        raise SettingsError("A number is out of its range.", "Give seed 0 and 1 step, or more.")
    check_outputs(*(args.out / name for name in (page.INDEX, page.KEY, page.PICTURES)), overwrite=args.overwrite)
    found = [contestants.read(folder) for folder in args.folders]
    sources = contestants.read(args.sources) if args.sources else None
    if args.tool:
        if sources is None:
            raise SettingsError("There is nothing for another tool to edit.", "Name the pictures by --sources.")
        tool = other_tools.TOOLS[args.tool]
        wanted = {name: args.instruction.replace("{prompt}", prompt_of(args, name)) for name in sources.pictures}
        way = (args.weights, args.seed, args.steps, args.overwrite)
        found.append(tool(sources, wanted, args.out / args.tool, *way))
    names = contestants.shared(found, sources)
    prompts = {name: prompt_of(args, name) for name in names}
    index = page.write(args.out, found, sources, prompts, args.seed)
    print(f"Open {index} in a browser; votes are saved from there. {len(names)} pictures, {len(found)} tools.")
    if args.judge or args.judge_folder:
        judge = judging.judge_of(args.judge, args.judge_folder)
        if sources is None:
            raise SettingsError("A judge needs to see what was edited.", "Name the pictures by --sources.")
        print(table(judging.judged(judge, found, sources, prompts, args.seed), "the judge"), end="")
    return 0


def prompt_of(args: argparse.Namespace, name: str) -> str:
    """What a picture of this name was asked to show: what is given, or what its name says after a blank."""
    return str(args.prompt or Path(name).stem.partition(" ")[2])


def table(found: dict[tuple[str, str], Tally], who: str) -> str:
    """Markdown: every two tools, the first's share, ties, the second's, and the interval of the first's rate."""
    lines = [
        f"| preferred by {who} | compared | first | tie | second | first, a tie half: 95 % interval |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for (first, second), of in found.items():
        percent = " | ".join(f"{100 * share:.0f} %" for share in (of.first, of.tie, of.second))
        tools, bounds = f"{shown_name(first)} : {shown_name(second)}", f"{100 * of.low:.0f} to {100 * of.high:.0f} %"
        lines.append(f"| {tools} | {of.count} | {percent} | {bounds} |")
    return "\n".join(lines) + "\n"
