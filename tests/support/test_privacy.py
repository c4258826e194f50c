"""What is told about the person goes, what tells about the app stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from rtedit_desktop.support.privacy import without_private


@pytest.mark.parametrize(
    "text",
    [
        "Could not open My secret.jpg: it is cut off",
        "[Errno 2] No such file or directory: '/srv/My secret/x y.jpg'",
        "Loading /mnt/secret/photos/a.png now",
        r"C:\Users\Secret\My Pictures\b.TIFF failed",
        "file:///mnt/secret%20one/y.png",
        "a preset “secret face.rtpreset” came",
        "in ~/secret/b",
        str({"path": "/srv/secret/c"}),
    ],
)
def test_paths_and_names_go(text: str) -> None:
    assert "secret" not in without_private(text).lower()


def test_the_home_folder_and_the_account_go(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", "/srv/people/annabel")
    monkeypatch.setenv("USERPROFILE", "/srv/people/annabel")
    monkeypatch.setenv("LOGNAME", "annabel")
    assert "annabel" not in without_private("/srv/people/annabel is full, says annabel (/srv/people/annabel/x)")


@pytest.mark.parametrize(
    "text",
    [
        "2030-01-02 16:00:00,123 INFO rtedit: RTEdit 0.1.0 starts",
        "ratio 1.5, 3/4 s and/or 20 % of 12 GiB",
        "https://huggingface.co/google/ddpm answered 404",
        "QLayout: Attempting to add QLayout to a widget, which already has a layout",
    ],
)
def test_the_rest_stays(text: str) -> None:
    assert without_private(text) == text


def test_of_code_the_place_within_the_app_stays() -> None:
    line = '  File "/srv/people/ann/x/lib/python3.11/site-packages/torch/nn/functional.py", line 3, in relu'
    assert without_private(line) == '  File "lib/python3.11/site-packages/torch/nn/functional.py", line 3, in relu'
