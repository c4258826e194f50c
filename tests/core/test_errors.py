from __future__ import annotations

from rtedit_desktop.core.errors import shown_name


def test_names_stay_on_one_short_line() -> None:
    assert shown_name("фото 写真.png") == "фото 写真.png"
    assert "\n" not in shown_name("a\nb.png")
    long = shown_name("n" * 250 + ".png")
    assert len(long) < 60
    assert long.startswith("nnn") and long.endswith(".png") and "…" in long
