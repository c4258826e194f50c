"""What is logged and reported tells about the app, and nothing about the person."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.support.reporting import log
from rtedit_desktop.support.reporting.privacy import (
    ForeignText,
    PublicText,
    rendered,
    rendered_exception,
    rendered_record,
    without_private,
)


def record(message: object, *args: object, name: str = "rtedit") -> logging.LogRecord:
    return logging.LogRecord(name, logging.INFO, __file__, 1, message, args, None)


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
        "Reading secret.CR2, secret.NEF, secret.psd and secret.avif",
        "a folder /srv/my own/secret stuff/of mine without quotes",
        "secret",
        "Secret\\Secret",
        "\u202eterces.secret",
        "width=secret height=secret/secret",
        'File "/srv/secret/mine.py", line 3, in secret',
        'File "/srv/secret/site-packages/torch/secret.py", line 3, in forward',
        "no-ending-secret_2024",
        "s e c r e t: secret:secret",
    ],
)
def test_names_in_text_of_others_go(text: str) -> None:
    assert "secret" not in without_private(text).lower()


@pytest.mark.parametrize(
    "text",
    [
        "ratio 1.5, 3/4 s and/or 20 % of 12 GiB",
        "QLayout: Attempting to add QLayout to a widget, which already has a layout",
        "[Errno 28] No space left on device",
        "RuntimeError: CUDA out of memory",
        "expected 3 channels, got 4",
    ],
)
def test_technical_words_stay(text: str) -> None:
    assert without_private(text) == text


def test_of_code_the_place_within_a_library_stays() -> None:
    place = next(folder for folder in sys.path if folder.endswith("site-packages"))
    line = f'  File "{place}/torch/nn/functional.py", line 3, in relu'
    assert without_private(line) == '  File "torch/nn/functional.py", line 3, in relu'
    assert without_private(f'  File "{place}/a.py", line 7 in <module>') == '  File "a.py", line 7, in <module>'


@pytest.mark.parametrize(
    "number", ["192.168.178.23", "10.0.0.7:8080", "0170-123-4567", "1980-05-17", "17.05.1980", "17/05/1980"]
)
def test_numbers_of_computers_telephones_and_days_go(number: str) -> None:
    assert without_private(f"Failed to connect to {number} now") == "Failed to connect to … now"


def test_a_long_line_costs_no_time_and_ends() -> None:
    assert len(without_private("/a b" * 1_000_000)) < 100
    assert len(without_private("and\n" * 1_000_000)) < 2000


def test_paths_are_numbered_by_their_kind() -> None:
    one, other = Path("/secret/a.CR2"), Path("/secret/b.psd")
    assert rendered(one) == rendered(one) != rendered(other)
    assert rendered(one).startswith("<photo ") and rendered(Path("/x/secret.rtpreset")).startswith("<preset ")
    assert rendered(Path("/x/secret")).startswith("<folder ")


def test_of_a_sentence_the_words_of_the_code_stay() -> None:
    folder = Path("/srv/secret")
    text = tr("{n} of {m:.1f} in {folder}: {why}, {prompt}.", n=3, m=2.25, folder=folder, why="File exists", prompt="s")
    words = rendered(tr("It is so: {text}", text=text))
    assert words.startswith("It is so: 3 of 2.2 in <folder ") and "File exists, <prompt " in words


def test_a_line_of_ours_tells_its_fields_by_type() -> None:
    path = Path("/srv/secret/x.jpg")
    told = rendered_record(record("%s opened in %.2f s by %s: %s", path, 1.234, PublicText("0.1"), "secret"))
    assert told.startswith("<photo ") and " opened in 1.23 s by 0.1: <text " in told
    assert rendered_record(record("%s", ForeignText("no secret in the file"))) == "no … in the file"
    assert rendered_record(record(tr("{name} is here", name="secret"))).endswith("> is here")


@pytest.mark.parametrize("name", ["PIL", "root", "rteditor", "py.warnings"])
def test_of_others_templates_are_not_trusted(name: str) -> None:
    assert rendered_record(record("secret %s", "secret", name=name)) == "…"


def test_an_exception_tells_its_kind_its_place_and_the_systems_reason() -> None:
    try:
        try:
            open("/srv/secret/none.jpg").close()
        except OSError as cause:
            raise PictureError(tr("Could not open {name}: {why}.", name="secret", why=cause.strerror)) from cause
    except PictureError as error:
        text = rendered_exception(error)
    assert "secret" not in text
    assert "FileNotFoundError: [Errno 2] No such file or directory" in text
    assert "PictureError: Could not open <name " in text and ">: No such file or directory." in text
    assert "support/reporting/test_privacy.py" in text.replace("\\", "/")


class TestTheLog:
    @pytest.fixture(autouse=True)
    def _begun(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
        root = logging.getLogger()
        before, level = list(root.handlers), root.level
        handler = log.file_handler()
        root.addHandler(handler)
        root.setLevel(logging.INFO)
        yield
        root.handlers[:] = before
        root.setLevel(level)
        handler.close()

    def test_what_is_written_is_private(self) -> None:
        logger = logging.getLogger("rtedit_desktop.imaging")
        logger.info("Opened %s", Path("/srv/secret/a.NEF"))
        logging.getLogger("PIL").warning("secret: /srv/secret %s", "a secret.CR2")
        try:
            dict[str, int]()["secret"]
        except KeyError:
            logger.exception("It failed")
        text = log.log_file().read_text("utf-8")
        assert "secret" not in text
        assert "Opened <photo " in text and "KeyError" in text and "test_privacy.py" in text
