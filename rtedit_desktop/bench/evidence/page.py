"""Tables of the figures of a record, in Markdown, with the plots beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import mean
from typing import Any

from rtedit_desktop.bench.compare.tally import Tally, outcome, tally
from rtedit_desktop.bench.evidence import preference
from rtedit_desktop.bench.evidence.record import Record

NAMES = {
    "psnr": "PSNR, dB",
    "ssim": "SSIM",
    "gmsd": "GMSD",
    "clip": "CLIP, cosine",
    "attributes": "attributes kept",
    "identity": "face, cosine",
    "same person": "same person",
    "sharpness": "sharpness",
    "piqe": "PIQE",
    "direction": "cos(dI, dT)",
    "asked": "asked seen",
    "kept": "others kept",
}


def packs(record: Record) -> list[str]:
    return [key[:-6] for key in record if key.endswith("/about")]


def encoded(record: Record, pack: str) -> dict[tuple[str, int, str], dict[str, float]]:
    """By encoding, t0 and decoding steps: the mean of every metric over pictures and seeds."""
    values: dict[tuple[str, int, str], dict[str, list[float]]] = {}
    for (_, t0, how), found in record.below(f"{pack}/encoding"):
        for steps, by_name in found.items():
            for name, each in by_name.items():
                values.setdefault((how, int(t0), steps), {}).setdefault(name, []).extend(each)
    return {key: {name: mean(each) for name, each in of.items()} for key, of in values.items()}


def estimated(record: Record, pack: str) -> dict[str, dict[int, dict[str, float]]]:
    """By way of learning and step: every figure, the mean over seeds."""
    values: dict[str, dict[int, dict[str, list[float]]]] = {}
    for (_, method), found in record.below(f"{pack}/estimates"):
        for step, figures in found.items():
            of = values.setdefault(method, {}).setdefault(int(step), {})
            for name, figure in figures.items():
                if figure is not None:
                    of.setdefault(name, []).append(figure)
    return {
        method: {step: {name: mean(each) for name, each in of.items()} for step, of in by_step.items()}
        for method, by_step in values.items()
    }


def won(record: Record, pack: str, first: str, second: str, figure: str = "match") -> Tally | None:
    """How often the first method's results were better than the second's; None where nothing was judged."""
    judged: dict[tuple[str, str], dict[str, float]] = {}
    for (index, prompt, method), found in record.below(f"{pack}/preference"):
        if figure in found:
            judged.setdefault((index, prompt), {})[method] = found[figure]
    both = [of for of in judged.values() if first in of and second in of]
    return tally([outcome(of[first], of[second]) for of in both]) if both else None


def to_markdown(record: Record) -> str:
    """Everything that was measured."""
    lines = [f"Machine: {record.get('machine')}.", "", f"Options: {_options(record.scale)}.", "", _spent(record), ""]
    for pack in packs(record):
        about = record.get(f"{pack}/about") or {}
        lines += [f"## {about['title']}", ""]
        lines += [f"{about['pictures']} pictures to measure on, {about['taught']} to learn on.", ""]
        for part in (_encoding, _estimates, _decoding, _preference, _blur):
            lines += part(record, pack, about)
    return "\n".join(lines).rstrip() + "\n"


def _spent(record: Record) -> str:
    """How long the parts took, of all packs, in as many runs as there were; loading is left out."""
    spent = {part: (clock / 60, processor / 60) for (part,), (clock, processor) in record.below("seconds")}
    whole = [sum(each) for each in zip(*spent.values(), strict=True)] or [0.0, 0.0]
    parts = ", ".join(f"{part} {clock:.1f}" for part, (clock, _) in spent.items())
    return f"It took {whole[0]:.1f} minutes, {whole[1]:.1f} of the processor: {parts}."


def _encoding(record: Record, pack: str, about: dict[str, Any]) -> list[str]:
    found = encoded(record, pack)
    if not found:
        return []
    names = list(next(iter(found.values())))
    ways = sorted({(how, steps) for how, _, steps in found}, key=lambda way: (way[0] != "stochastic", int(way[1])))
    lines = _heading("Encoding and decoding by the base, over t0", pack, "encoding")
    for name in names:
        rows = [
            [str(t0), *(_figure(found.get((how, t0, steps), {}).get(name)) for how, steps in ways)]
            for t0 in sorted({t0 for _, t0, _ in found})
        ]
        head = [f"{NAMES.get(name, name)}: t0", *(f"{how}, {steps} steps" for how, steps in ways)]
        lines += _table(head, rows)
    return lines


def _estimates(record: Record, pack: str, about: dict[str, Any]) -> list[str]:
    found = estimated(record, pack)
    if not found:
        return []
    what = f"The one-step estimate while “{about['prompt']}” is learned" if about["prompt"] else "The one-step estimate"
    lines = _heading(what, pack, "estimates")
    for method, by_step in found.items():
        steps = sorted(by_step)
        names = list(by_step[steps[-1]])
        rows = [[str(step), *(_figure(by_step[step].get(name)) for name in names)] for step in steps]
        lines += _table([f"{method}: step", *(NAMES.get(name, name) for name in names)], rows)
    return lines


def _decoding(record: Record, pack: str, about: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for (method,), found in record.below(f"{pack}/decoding"):
        lines = lines or _heading("Decoding steps after adaptation", pack, "decoding")
        names = list(dict.fromkeys(name for of in found.values() for name in of))
        rows = [[n, *(_figure(of.get(name)) for name in names)] for n, of in found.items()]
        lines += _table([f"{method}: steps", *(NAMES.get(name, name) for name in names)], rows)
    return lines


def _preference(record: Record, pack: str, about: dict[str, Any]) -> list[str]:
    methods: dict[str, list[dict[str, float]]] = {}
    for (_, _, method), found in record.below(f"{pack}/preference"):
        methods.setdefault(method, []).append(found)
    if not methods:
        return []
    lines = _heading("Preferred by a judge that did not guide", pack, "preference")
    rows = []
    for figure in ("match", "kept"):
        for first in (preference.PAPER, preference.APP):
            result = won(record, pack, first, preference.BASELINE, figure)
            if result is not None:
                rows.append([f"{first}: {figure}", *shares(result)])
    lines += _table(["", "edits", "ours", "tie", "DiffusionCLIP", "a tie half: 95 % interval"], rows)
    names = [name for name in ("match", "asked", "kept") if name in next(iter(methods.values()))[0]]
    rows = [[m, str(len(of)), *(_figure(mean(one[n] for one in of)) for n in names)] for m, of in methods.items()]
    return lines + _table(["means", "edits", *(NAMES.get(name, name) for name in names)], rows)


def shares(result: Tally) -> list[str]:
    """The cells of a win rate."""
    percent = [f"{100 * share:.0f} %" for share in (result.first, result.tie, result.second)]
    return [str(result.count), *percent, f"{100 * result.low:.0f} to {100 * result.high:.0f} %"]


def _blur(record: Record, pack: str, about: dict[str, Any]) -> list[str]:
    found = {(way, sigma): values for (way, sigma), values in record.below(f"{pack}/blur")}
    if not found:
        return []
    ways = list(dict.fromkeys(way for way, _ in found))
    count = len(next(iter(found.values())))
    rows = [
        [sigma, *(_figure(mean(found[way, sigma])) for way in ways)] for sigma in dict.fromkeys(s for _, s in found)
    ]
    lines = _heading(f"cos(dI, dT) against blur, {count} edits", pack, "blur")
    return lines + _table(["sigma, pixels", *(f"{way} blurred" for way in ways)], rows)


def _heading(what: str, pack: str, part: str) -> list[str]:
    return [f"### {what}", "", f"![{what}]({pack}-{part}.svg)", ""]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", f"| --- |{' ---: |' * (len(head) - 1)}"]
    return [*lines, *(f"| {' | '.join(row)} |" for row in rows), ""]


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"


def _options(scale: dict[str, Any]) -> str:
    kept = {name: value for name, value in scale.items() if not isinstance(value, list)}
    return ", ".join(f"{name} {value}" for name, value in kept.items())
