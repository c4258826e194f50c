"""Results that are not what was hoped for are told with a sentence."""

from __future__ import annotations

import numpy as np
import pytest

from rtedit_desktop.core.edits import Blending
from rtedit_desktop.engine.remarks import remarks

GREY, COLOURS, DARK = (
    np.full((64, 64, 3), 130, np.uint8),
    np.full((64, 64, 3), (150, 110, 90), np.uint8),
    np.full((64, 64, 3), (25, 18, 15), np.uint8),
)


def lips(picture: np.ndarray, by: tuple[int, int, int] = (40, -30, -30), rows: int = 8) -> np.ndarray:
    painted = picture.astype(np.int16)
    painted[40 : 40 + rows, 20:44] += np.array(by, np.int16)
    return painted.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("before", "after", "kinds", "told"),
    [
        (COLOURS, lips(COLOURS), {"tonal"}, []),
        (COLOURS, COLOURS, {"tonal"}, ["Hardly anything changed"]),
        (COLOURS, lips(COLOURS, (3, 0, -3)), {"opaque"}, ["Hardly anything changed"]),  # a mask before the mouth
        (GREY, GREY, {"whole"}, ["Hardly anything changed"]),  # black and white already
        (DARK, lips(DARK), {"tonal"}, ["very dark"]),
        (DARK, lips(DARK), {"whole"}, []),  # at night it may be
        (GREY, lips(GREY), {"tonal"}, ["black and white"]),
        (GREY, lips(GREY, (40, 40, 40)), {"tonal"}, []),  # grey hair has no colour either
        (GREY, lips(GREY), {"whole"}, []),  # sepia is asked for
        (GREY // 4, lips(GREY // 4), {"tonal", "opaque"}, ["very dark", "black and white"]),
        (COLOURS, COLOURS, {"auto"}, []),
        (COLOURS, COLOURS, {"tonal", "auto"}, []),
    ],
)
def test_remarks(before: np.ndarray, after: np.ndarray, kinds: set[Blending], told: list[str]) -> None:
    found = list(remarks(before, after, kinds))
    assert len(found) == len(told)
    assert all(part in text for part, text in zip(told, found, strict=True))
