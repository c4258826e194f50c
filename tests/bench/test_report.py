from __future__ import annotations

import json

import torch

from rtedit_desktop.bench.machine import this_machine
from rtedit_desktop.bench.report import Comparison, Report, Side, Wait, to_json, to_markdown
from rtedit_desktop.bench.timing import WARM_UP, Timing, side_by_side
from rtedit_desktop.engine.machine.devices import Device


def report() -> Report:
    return Report(
        machine=this_machine(Device(torch.device("cpu"))),
        pack="tiny 0.1",
        seeds=(3, 4),
        comparisons=[
            Comparison(
                what="one step",
                unit="s",
                ours=Side(calls=1, value=0.1, samples=(0.1, 0.1)),
                baseline=Side(calls=6, value=0.5),
                target=4.5,
            ),
            Comparison(
                what="memory", unit="MiB", ours=Side(calls=1, value=10), baseline=Side(calls=6, value=20), target=3
            ),
            Comparison(what="whatever", unit="s", ours=Side(calls=0, value=2), baseline=Side(calls=1, value=3)),
        ],
        waits=[
            Wait(what="edit", median=4.2, samples=(4.1, 4.2, 9.0), limit=5),
            Wait(what="decode", median=0.6, samples=(0.6,), limit=0.5),
            Wait(what="load", median=0.3, samples=(0.3,)),
        ],
        notes=("a note",),
    )


def test_the_table_names_the_machine_the_seeds_calls_ratios_and_targets() -> None:
    lines = to_markdown(report()).splitlines()
    assert lines[0].startswith("Machine: ")
    assert "torch" in lines[0]
    assert lines[2] == "Pack: tiny 0.1. Seeds: 3, 4."
    assert "| one step | 1 | 100 ms | 6 | 500 ms | 5.00 | ≥ 4.5: met |" in lines
    assert "| memory | 1 | 10.0 MiB | 6 | 20.0 MiB | 2.00 | ≥ 3: missed |" in lines
    assert "| whatever | 0 | 2.00 s | 1 | 3.00 s | 1.50 |  |" in lines
    assert "| edit | 4.20 s | 4.10, 4.20, 9.00 | ≤ 5 s: met |" in lines
    assert "| decode | 600 ms | 0.60 | ≤ 0.5 s: missed |" in lines
    assert "| load | 300 ms | 0.30 |  |" in lines
    assert lines[-1] == "- a note"


def test_every_row_has_the_cells_of_its_header() -> None:
    width = 0
    for line in to_markdown(report()).splitlines():
        if line.startswith("|"):
            width = width or line.count("|")
            assert line.count("|") == width
        else:
            width = 0


def test_json_has_every_sample() -> None:
    layout = json.loads(to_json(report()))
    assert layout["comparisons"][0]["ours"]["samples"] == [0.1, 0.1]
    assert layout["comparisons"][0]["ratio"] == 5
    assert [row["met"] for row in layout["comparisons"]] == [True, False, None]
    assert [wait["met"] for wait in layout["waits"]] == [True, False, None]
    assert layout["machine"]["cores"] >= 1


def test_works_alternate_and_warm_up_is_not_counted() -> None:
    ran: list[str] = []
    timings = side_by_side(
        {"a": lambda: ran.append("a"), "b": lambda: ran.append("b")}, torch.device("cpu"), 5, warm_up=WARM_UP
    )
    assert ran == ["a", "b"] * (WARM_UP + 5)
    assert {name: len(timing.seconds) for name, timing in timings.items()} == {"a": 5, "b": 5}
    assert Timing((3.0, 1.0, 2.0)).median == 2.0
