"""The small form of a weight delta: low rank, quantised, its bits spent where the picture feels them.

What a reader of preset files needs of it is plain NumPy and lies in ``core.weights``.
"""

from __future__ import annotations

from rtedit_desktop.diffusion.codec.low_rank import TAPER, compress, expand
from rtedit_desktop.diffusion.codec.sensitivity import Sensitivity, measure_sensitivity

__all__ = ["TAPER", "Sensitivity", "compress", "expand", "measure_sensitivity"]
