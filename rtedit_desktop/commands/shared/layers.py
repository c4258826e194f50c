"""Reads the edits of a command that makes several of one photo: ``--then`` begins the next one.

Options in front of the first ``--then`` are for the first edit, those behind one for what follows it.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rtedit_desktop.batch.seeing import looked_at_apart, mixed_apart
from rtedit_desktop.commands.shared.outcome import UsageError
from rtedit_desktop.commands.shared.preset_names import find_all, split
from rtedit_desktop.commands.shared.quick import is_quick
from rtedit_desktop.commands.shared.running import checked_source
from rtedit_desktop.core.edits import EditSpec, MixSpec, Spec
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.preset import PresetLibrary
from rtedit_desktop.core.stack import check_room
from rtedit_desktop.packs.catalog import Catalog

_NOT_WITH = {"face": "square", "square": "face"}
_LIST = frozenset({"preset"})


@dataclass
class Then:
    """What stands behind one ``--then``: a prompt, or none, and the options up to the next."""

    prompt: str
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class WantedLayer:
    """One edit, and where it was asked for: a square, the number of a face, the file of a mask."""

    spec: Spec
    info: PackInfo
    title: str
    options: dict[str, Any]
    presets: tuple[dict[str, object], ...] = ()

    @property
    def name(self) -> str:
        """Without the strengths."""
        return " + ".join(str(one["title"]) for one in self.presets) or self.title


class _ThenAction(argparse.Action):
    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option_string: Any = None
    ) -> None:
        namespace.then = [*namespace.then, Then(values or "")]


class LayerOption(argparse.Action):
    """An option that belongs to the edit in whose place it stands."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option_string: Any = None
    ) -> None:
        thens: Sequence[Then] = getattr(namespace, "then", ())
        options = thens[-1].options if thens else vars(namespace)
        other = _NOT_WITH.get(self.dest, "")
        if options.get(other) is not None:
            raise argparse.ArgumentError(self, f"not allowed with argument --{other}")
        options[self.dest] = [*(options.get(self.dest) or ()), values] if self.dest in _LIST else values


_OWN = "--face, --square, --mask, --pack, --source, --strength and --seed behind it are for that edit"


def add_then(parser: argparse.ArgumentParser, own: str = _OWN) -> None:
    """``own`` says which options an edit has of its own."""
    parser.add_argument(
        "--then",
        metavar="PROMPT",
        nargs="?",
        action=_ThenAction,
        default=[],
        help=f"another edit, on the picture that the one before made: by a prompt, or by the --preset behind it; {own}",
    )


def wants_presets(args: argparse.Namespace) -> bool:
    return bool(getattr(args, "preset", None)) or any(then.options.get("preset") for then in args.then)


def layers_after(
    first: Sequence[WantedLayer], args: argparse.Namespace, catalog: Catalog, library: PresetLibrary | None
) -> list[WantedLayer]:
    """The first edits and those behind each ``--then``. Raises before any work.

    A face, a square and a pack hold until another is given; all else is for one ``--then`` alone.
    """
    layers = list(first)
    before = {name: first[0].options.get(name) for name in ("face", "square")}
    for then in args.then:
        options = dict(then.options)
        if options.get("face") is None and options.get("square") is None:
            options |= before
        before = {name: options.get(name) for name in before}
        found = []
        prompt = then.prompt.strip() or (options.get("prompt") or "").strip()
        if prompt:
            found += _by_prompt(prompt, options, layers[-1].info, catalog, quick=is_quick(args))
        if options.get("preset"):
            assert library is not None
            found += by_presets(options["preset"], options, catalog, library)
        if not found:
            raise UsageError("There is nothing behind --then.", "Write a prompt behind it, or a --preset.")
        layers += found
    check_room(len(layers))
    return layers


def by_presets(
    given: Sequence[str], options: dict[str, Any], catalog: Catalog, library: PresetLibrary
) -> list[WantedLayer]:
    """Some presets, each at its strength, as one edit; of those of the face and of the whole photo two, as of a prompt.

    In a square that is given they are one.
    """
    requested = [split(one) for one in given]
    presets, info = find_all(library, [name for name, _ in requested], catalog, options.get("pack"))
    uses = tuple(preset.use(strength) for preset, (_, strength) in zip(presets, requested, strict=True))
    spec = MixSpec(pack=info.id, uses=uses, seed=options.get("seed"), steps=options.get("steps"))
    titles = {preset.path: preset.title for preset in presets}
    if options.get("square") is not None:
        return [_mix(spec, info, titles, options)]
    return _in_their_squares([_mix(part, info, titles, options) for part in mixed_apart(info, spec)])


def _mix(spec: MixSpec, info: PackInfo, titles: Mapping[Path, str], options: dict[str, Any]) -> WantedLayer:
    told: tuple[dict[str, object], ...] = tuple(
        {"title": titles[use.path], "strength": use.strength} for use in spec.uses
    )
    title = " and ".join(f"{titles[use.path]} at {100 * use.strength:g} %" for use in spec.uses)
    return WantedLayer(spec, info, title, options, told)


def layers_of(spec: EditSpec, info: PackInfo, title: str, options: dict[str, Any]) -> list[WantedLayer]:
    """A prompt's edit; of edits of the face and of the whole photo two, where ``--face`` is for the first."""
    apart = looked_at_apart(info, spec)
    if len(apart) == 1:
        return [WantedLayer(spec, info, title, options)]
    return _in_their_squares([WantedLayer(one, info, one.prompt, options) for one in apart])


def _in_their_squares(apart: Sequence[WantedLayer]) -> list[WantedLayer]:
    """Of what is made apart ``--face`` is for the first."""
    first, *others = apart
    return [first, *(replace(one, options={**one.options, "face": None}) for one in others)]


def _by_prompt(
    prompt: str, options: dict[str, Any], before: PackInfo, catalog: Catalog, *, quick: bool
) -> list[WantedLayer]:
    """Several where some belong on the face and some on the whole photo."""
    pack = options.get("pack")
    info = catalog.manifest(pack).info if pack is not None else before
    source = checked_source(info, prompt, options.get("source"))
    given = {"strength": options.get("strength"), "seed": options.get("seed")}
    settings = info.settings_for(prompt, quick=quick, preview_every=0, **given)
    spec = EditSpec(pack=info.id, prompt=prompt, source=source, settings=settings)
    return layers_of(spec, info, prompt, options)
