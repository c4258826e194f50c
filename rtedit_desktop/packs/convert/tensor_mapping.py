"""Maps the tensors of a foreign checkpoint to those of a UNet2DModel, and checks that all are there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rtedit_desktop.core.errors import CheckpointMismatch
from rtedit_desktop.core.json_reader import printable
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.packs.convert.checkpoint_file import CheckpointFile

if TYPE_CHECKING:
    from torch import Tensor

KINDS = tr(
    "a DDPM checkpoint (.ckpt), a guided-diffusion file with residual resampling (.pt) or a diffusers UNet2DModel"
)


@dataclass(frozen=True)
class Source:
    """Where a tensor comes from: one of the file's, its shape there, and what of it is selected."""

    key: str
    shape: tuple[int, ...]
    select: Callable[[Tensor], Tensor] | None = None


@dataclass(frozen=True, kw_only=True)
class TensorMapping:
    """Which tensor of a model is which of a foreign file: ``sources`` has the source of each, ``config`` the model.

    ``model`` names the architecture in a sentence; ``ignored`` are tensors of the file that need not be there
    and are not used. The rest is as in a manifest.
    """

    model: str
    config: dict[str, Any]
    shapes: Mapping[str, tuple[int, ...]]
    sources: Mapping[str, Source]
    image_size: int
    ignored: frozenset[str] = frozenset()
    learned_variance: bool = False
    time_channels: int = 0
    prediction_type: str = "epsilon"
    schedule: Mapping[str, Any] | None = None


class Keys:
    """Shapes of a file's tensors, asked one by one while its architecture is worked out."""

    def __init__(self, file: CheckpointFile, model: str) -> None:
        self._file = file
        self.model = model

    def __contains__(self, key: str) -> bool:
        return key in self._file.shapes

    def length(self, key: str, axis: int, dimensions: int) -> int:
        """One side of a tensor that must be there. Raises CheckpointMismatch."""
        shape = self._file.shapes.get(key)
        if shape is None:
            raise mismatch(self._file, self.model, f"{key} is missing")
        if len(shape) != dimensions or not 1 <= shape[axis] <= 65536:
            raise mismatch(self._file, self.model, f"{key} has the shape {as_text(shape)}")
        return shape[axis]

    def count(self, pattern: str, most: int) -> int:
        """How many keys there are, numbered from 0, that fit ``pattern`` with a number in its braces."""
        number = 0
        while number < most and pattern.format(number) in self:
            number += 1
        return number


def check(file: CheckpointFile, mapping: TensorMapping) -> None:
    """Raise CheckpointMismatch unless the file has what the mapping takes, in the right shapes, and no more."""
    needed: dict[str, tuple[int, ...]] = {source.key: source.shape for source in mapping.sources.values()}
    missing = [key for key in needed if key not in file.shapes]
    if missing:
        what = f"{len(missing)} of {len(needed)} tensors are missing, first {missing[0]}"
        raise mismatch(file, mapping.model, what if len(missing) > 1 else f"{missing[0]} is missing")
    for key, shape in needed.items():
        if file.shapes[key] != shape:
            found = as_text(file.shapes[key])
            raise mismatch(file, mapping.model, f"{key} has the shape {found} in place of {as_text(shape)}")
    _check_outline(file, mapping)
    more = [key for key in file.shapes if key not in needed and key not in mapping.ignored]
    if more:
        raise mismatch(file, mapping.model, f"it has {_tensors(len(more))} more, first {printable(more[0])}")


def _check_outline(file: CheckpointFile, mapping: TensorMapping) -> None:
    """What a manifest will ask for."""
    config = mapping.config
    channels, out = config["in_channels"], config["out_channels"]
    if channels != 3 or out not in (3, 6):
        raise mismatch(file, mapping.model, f"it makes {out} channels of {channels}, not a picture of a picture")
    if any(width % config.get("norm_num_groups", 32) for width in config["block_out_channels"]):
        raise mismatch(file, mapping.model, "its widths are not multiples of 32")


def mismatch(file: CheckpointFile, model: str, why: str) -> CheckpointMismatch:
    return CheckpointMismatch(
        tr("The file {shown} does not fit {model}: {why}.", shown=file.quoted_name, model=model, why=why),
        tr("Choose {kinds}; if this should be one, get the file again.", kinds=KINDS),
    )


def as_text(shape: tuple[int, ...]) -> str:
    return " × ".join(str(length) for length in shape) if shape else "of a single number"


def _tensors(count: int) -> str:
    return "one tensor" if count == 1 else f"{count} tensors"


def paired(
    shapes: Mapping[str, tuple[int, ...]], places: Mapping[str, str], leaves: Mapping[str, str]
) -> Iterator[tuple[str, tuple[int, ...], str, str, str]]:
    """(name, shape, place there, layer there, "weight" or "bias") of each tensor of a UNet2DModel.

    ``places`` maps modules to the file's, ``leaves`` the layers inside them; layers that are not there keep
    their name.
    """
    for name, shape in shapes.items():
        module, _, part = name.rpartition(".")
        place = module
        while place not in places:
            place = place.rpartition(".")[0]
        layer = module[len(place) + 1 :]
        yield name, shape, places[place], leaves.get(layer, layer), part
