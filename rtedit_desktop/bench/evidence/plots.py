"""Plots of the figures of a record, as SVG beside it."""

from __future__ import annotations

import importlib
import io
from collections.abc import Mapping, Sequence
from statistics import mean
from typing import Any

from rtedit_desktop.bench.evidence import page, preference
from rtedit_desktop.bench.evidence.record import Record
from rtedit_desktop.bench.output import write_output

Curves = Mapping[str, tuple[Sequence[float], Sequence[float]]]
"""By label: x and y."""

_SAME_EVERY_TIME = {"svg.hashsalt": "rtedit", "svg.fonttype": "none", "font.size": 9}
_ENCODED = ("psnr", "identity", "clip", "attributes", "gmsd")
_ESTIMATED = ("sharpness", "piqe", "direction")
_DECODED = ("asked", "kept", "psnr to the after picture", "identity", "piqe", "sharpness")


def write(record: Record) -> None:
    """One file for each part of each pack that was measured. Raises SaveError."""
    for pack in page.packs(record):
        for part, panels in (
            ("encoding", _encoding(record, pack)),
            ("estimates", _estimates(record, pack)),
            ("decoding", _decoding(record, pack)),
            ("blur", _blur(record, pack)),
        ):
            if panels:
                _draw(record, f"{pack}-{part}.svg", panels)
        _preference(record, pack)


def _encoding(record: Record, pack: str) -> dict[tuple[str, str], Curves]:
    found = page.encoded(record, pack)
    ways = sorted({(how, steps) for how, _, steps in found}, key=lambda way: (way[0] != "stochastic", int(way[1])))
    panels: dict[tuple[str, str], Curves] = {}
    for name in [name for name in _ENCODED if any(name in of for of in found.values())][:3]:
        panels["t0", page.NAMES[name]] = {
            f"{how}, {steps} steps": _sorted({t: of[name] for (h, t, s), of in found.items() if (h, s) == (how, steps)})
            for how, steps in ways
        }
    return panels


def _estimates(record: Record, pack: str) -> dict[tuple[str, str], Curves]:
    found = page.estimated(record, pack)
    return _panels("step", _ESTIMATED, {method: dict(by_step) for method, by_step in found.items()})


def _decoding(record: Record, pack: str) -> dict[tuple[str, str], Curves]:
    found = {
        method: {int(n): {k: v for k, v in of.items() if v is not None} for n, of in by.items()}
        for (method,), by in record.below(f"{pack}/decoding")
    }
    return _panels("decoding steps", _DECODED, found)


def _panels(
    x: str, names: Sequence[str], found: Mapping[str, Mapping[int, Mapping[str, float]]]
) -> dict[tuple[str, str], Curves]:
    panels: dict[tuple[str, str], Curves] = {}
    for name in names:
        curves = {
            method: _sorted({at: of[name] for at, of in by.items() if name in of})
            for method, by in found.items()
            if any(name in of for of in by.values())
        }
        if curves and len(panels) < 3:
            panels[x, page.NAMES.get(name, name)] = curves
    return panels


def _blur(record: Record, pack: str) -> dict[tuple[str, str], Curves]:
    values: dict[str, dict[float, float]] = {}
    for (way, sigma), each in record.below(f"{pack}/blur"):
        values.setdefault(f"{way} blurred", {})[float(sigma)] = mean(each)
    return {("sigma, pixels", "cos(dI, dT)"): {way: _sorted(by) for way, by in values.items()}} if values else {}


def _sorted(by_x: Mapping[Any, float]) -> tuple[list[float], list[float]]:
    return sorted(by_x), [by_x[x] for x in sorted(by_x)]


def _draw(record: Record, name: str, panels: Mapping[tuple[str, str], Curves]) -> None:
    plt = _pyplot()
    with plt.rc_context(_SAME_EVERY_TIME):
        figure, axes = plt.subplots(1, len(panels), figsize=(4.2 * len(panels), 3.2), squeeze=False)
        for axis, ((x, y), curves) in zip(axes[0], panels.items(), strict=True):
            for label, (xs, ys) in curves.items():
                axis.plot(xs, ys, marker="o", markersize=3, linewidth=1.3, label=label)
            axis.set_xlabel(x)
            axis.set_ylabel(y)
            if x == "decoding steps":
                axis.set_xscale("log")
                at = sorted({x for xs, _ in curves.values() for x in xs})
                axis.set_xticks(at, [f"{x:g}" for x in at])
                axis.minorticks_off()
        axes[0][0].legend(fontsize=7)
        _save(record, name, figure)


def _preference(record: Record, pack: str) -> None:
    rows = {}
    for first in (preference.PAPER, preference.APP):
        result = page.won(record, pack, first, preference.BASELINE)
        if result is not None:
            rows[first] = result
    if not rows:
        return
    plt = _pyplot()
    with plt.rc_context(_SAME_EVERY_TIME):
        figure, axis = plt.subplots(figsize=(6.4, 0.9 + 0.6 * len(rows)))
        for row, (_, result) in enumerate(rows.items()):
            left = 0.0
            parts = (("ours", result.first), ("tie", result.tie), ("DiffusionCLIP", result.second))
            for (label, share), colour in zip(parts, ("C0", "0.85", "C1"), strict=True):
                axis.barh(row, 100 * share, left=left, color=colour, label=None if row else label)
                left += 100 * share
            axis.errorbar(
                [100 * result.rate],
                [row],
                xerr=[[100 * (result.rate - result.low)], [100 * (result.high - result.rate)]],
                color="black",
                capsize=3,
                fmt="o",
                markersize=3,
            )
        axis.set_yticks(range(len(rows)), list(rows))
        axis.set_xlabel("text match preferred, %; the point counts a tie as half")
        axis.legend(fontsize=7, ncol=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
        _save(record, f"{pack}-preference.svg", figure)


def _pyplot() -> Any:
    importlib.import_module("matplotlib").use("Agg")
    return importlib.import_module("matplotlib.pyplot")


def _save(record: Record, name: str, figure: Any) -> None:
    content = io.BytesIO()
    figure.tight_layout()
    figure.savefig(content, format="svg", metadata={"Date": None})
    _pyplot().close(figure)
    write_output(record.folder / name, content.getvalue())
