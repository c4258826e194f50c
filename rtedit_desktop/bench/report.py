"""Report of measurements, as a markdown table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

from rtedit_desktop.bench.machine import Machine

Unit = Literal["s", "MiB"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One method's figure: U-Net calls and a value, with the samples that led to it.

    ``samples`` is empty when the value was computed from the medians of other rows.
    """

    calls: int
    value: float
    samples: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Ours beside the baseline; ``target`` is the least ratio baseline / ours."""

    what: str
    unit: Unit
    ours: Side
    baseline: Side
    target: float | None = None

    @property
    def ratio(self) -> float:
        return self.baseline.value / self.ours.value

    @property
    def met(self) -> bool | None:
        return None if self.target is None else self.ratio >= self.target


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """How long a person waits; ``limit`` is the most it should be."""

    what: str
    median: float
    samples: tuple[float, ...]
    limit: float | None = None

    @property
    def met(self) -> bool | None:
        return None if self.limit is None else self.median <= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that one run measured, and on what."""

    machine: Machine
    pack: str
    seeds: tuple[int, ...]
    comparisons: Sequence[Comparison] = ()
    waits: Sequence[Wait] = ()
    notes: Sequence[str] = field(default_factory=tuple)


def to_markdown(report: Report) -> str:
    """What is printed and pasted into a README."""
    seeds = ", ".join(map(str, report.seeds))
    lines = [f"Machine: {report.machine}.", "", f"Pack: {report.pack}. Seeds: {seeds}.", ""]
    if report.comparisons:
        lines += [
            "| | ours: calls | ours | DiffusionCLIP: calls | DiffusionCLIP | ratio | target |",
            "| --- | ---: | ---: | ---: | ---: | ---: | --- |",
        ]
        for row in report.comparisons:
            target = "" if row.target is None else f"≥ {row.target:g}: {_verdict(row.met)}"
            lines.append(
                f"| {row.what} | {row.ours.calls} | {_value(row.ours.value, row.unit)} | {row.baseline.calls} "
                f"| {_value(row.baseline.value, row.unit)} | {row.ratio:.2f} | {target} |"
            )
        lines.append("")
    if report.waits:
        lines += ["| | median | all | limit |", "| --- | ---: | --- | --- |"]
        for wait in report.waits:
            limit = "" if wait.limit is None else f"≤ {wait.limit:g} s: {_verdict(wait.met)}"
            every = ", ".join(f"{s:.2f}" for s in wait.samples)
            lines.append(f"| {wait.what} | {_value(wait.median, 's')} | {every} | {limit} |")
        lines.append("")
    lines += [f"- {note}" for note in report.notes]
    return "\n".join(lines).strip() + "\n"


def to_json(report: Report) -> str:
    """The same with every sample, for machines."""
    comparisons = [{**asdict(row), "ratio": row.ratio, "met": row.met} for row in report.comparisons]
    waits = [{**asdict(wait), "met": wait.met} for wait in report.waits]
    layout = {**asdict(report), "comparisons": comparisons, "waits": waits}
    return json.dumps(layout, indent=2, ensure_ascii=False) + "\n"


def _value(value: float, unit: Unit) -> str:
    if unit == "MiB":
        return f"{value:.1f} MiB"
    return f"{1000 * value:.0f} ms" if value < 1 else f"{value:.2f} s"


def _verdict(met: bool | None) -> str:
    return "met" if met else "missed"
