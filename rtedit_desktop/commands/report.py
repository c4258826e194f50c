"""``rtedit report``: prints diagnostics without anything private."""

from __future__ import annotations

import argparse

from rtedit_desktop.commands.shared.terminal import print_json, say, stdout
from rtedit_desktop.packs.catalog import Catalog


def run(args: argparse.Namespace, catalog: Catalog) -> None:
    """The text that the window shows under Help, less what only a window knows."""
    from rtedit_desktop.engine.machine.facts import machine_facts
    from rtedit_desktop.support.reporting import diagnostics

    report = diagnostics.report(catalog.packs(), machine_facts(load=True))
    if args.json:
        print_json({"report": report})
    else:
        say(report.rstrip(), stdout())
