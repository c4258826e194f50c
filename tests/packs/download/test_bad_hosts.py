"""Hosts that do everything wrong: each download ends with the right bytes or with a sentence."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from support.downloads import DownloadRun, left_in
from support.host import Act, serving, sha256

from rtedit_desktop.core.errors import DownloadError, RTEditError, SaveError
from rtedit_desktop.packs.download.file_download import Patience


def misbehaviour(chance: random.Random, content: bytes) -> Act:
    """One of the ways in which a download goes wrong."""
    length = len(content)
    return chance.choice(
        [
            lambda: Act(),
            lambda: Act(cut_after=chance.randrange(length)),
            lambda: Act(cut_after=chance.randrange(length)),
            lambda: Act(hang_up=True),
            lambda: Act(promise=chance.choice([-5000, -1, 1, 5000])),
            lambda: Act(flip=True, cut_after=chance.choice([None, length // 2])),
            lambda: Act(status=chance.choice([408, 429, 500, 502, 503])),
            lambda: Act(status=429, headers={"Retry-After": chance.choice(["0", "?", "Thu, 01 Jan 1970"])}),
            lambda: Act(status=chance.choice([416, 404])) if chance.random() < 0.3 else Act(cut_after=1),
            lambda: Act(redirect="/moved/file.bin", status=chance.choice([301, 302, 307, 308])),
            lambda: Act(ignore_range=True, cut_after=chance.randrange(length)),
            lambda: Act(wrong_range=True),
            lambda: Act(chunked=True, cut_after=chance.choice([None, chance.randrange(length)])),
            lambda: Act(no_length=True, cut_after=chance.choice([None, chance.randrange(length)])),
            lambda: Act(change=chance.randbytes(length + chance.choice([0, 0, 7]))),
            lambda: Act(change=content),
            lambda: Act(headers={"Content-Type": "text/html"}) if chance.random() < 0.2 else Act(),
            lambda: Act(stall_after=chance.randrange(length)) if chance.random() < 0.1 else Act(cut_after=9),
        ]
    )()


@pytest.mark.slow
def test_two_hundred_downloads_from_a_bad_host(tmp_path: Path) -> None:
    """Each ends with the right bytes or with a sentence, and no file that is not whole is ever in place."""
    ends: dict[str, int] = {}
    for seed in range(200):
        chance = random.Random(seed)
        content = chance.randbytes(chance.randrange(1, 30_000))
        folder = tmp_path / str(seed)
        with serving(content) as host:
            host.tags, host.linked = chance.random() < 0.7, chance.random() < 0.3
            job = DownloadRun(host, folder, sha256=sha256(content), bytes=chance.choice([0, len(content)]))
            host.will(misbehaviour(chance, content) for _ in range(chance.randrange(0, 7)))
            if chance.random() < 0.2:  # what is left of some other file
                folder.mkdir()
                job.part.write_bytes(chance.randbytes(50))
                note = chance.choice(["{}", "[", '{"url": 5}', json.dumps({"url": host.url, "sha256": "0" * 64})])
                job.part.with_name("file.bin.part.json").write_text(note)
            patience = Patience(stall=0.3, retries=4, tries=20, first_wait=0.001, longest_wait=0.01)
            end = "nothing"
            for _ in range(4):  # a person tries again
                try:
                    cancel_at = chance.choice([None, None, None, len(content) // 2])
                    end = "whole" if job.run(patience, cancel_at) else "cancelled"
                except RTEditError as error:
                    assert isinstance(error, (DownloadError, SaveError)), error
                    assert error.what.endswith(".") and error.todo.endswith(".") and "None" not in str(error)
                    end = type(error).__name__
                assert job.target.exists() == (end == "whole")
                ends[end] = ends.get(end, 0) + 1
                if end == "whole":
                    assert job.target.read_bytes() == content
                    assert left_in(folder) == ["file.bin"]
                    break
            else:
                assert not job.target.exists()
    assert ends["whole"] > 150
    assert ends.get("DownloadError", 0) + ends.get("DownloadDamaged", 0) > 10
