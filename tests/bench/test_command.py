from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from support.fake_engine import FakeEngine

from rtedit_desktop.bench import memory, realtime
from rtedit_desktop.cli import main
from rtedit_desktop.core.events import Failed
from rtedit_desktop.packs.manifest import reading as manifest


def bench(measure: str, pack: Path, *args: str) -> int:
    return main(["bench", measure, "--pack-folder", str(pack), "--repeats", "1", *args])


def test_speed_of_any_pack(tiny_pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    threads = torch.get_num_threads()
    table, samples = tmp_path / "table.md", tmp_path / "samples.json"
    options = ["--seed", "5", "--threads", str(threads), "--markdown", str(table), "--json", str(samples)]
    assert bench("speed", tiny_pack, *options) == 0
    printed = capsys.readouterr().out
    assert table.read_text("utf-8") == printed
    layout = json.loads(samples.read_text("utf-8"))
    assert layout["seeds"] == [5]
    calls = {row["what"]: (row["ours"]["calls"], row["baseline"]["calls"]) for row in layout["comparisons"]}
    assert list(calls.values()) == [(1, 6), (250, 1500), (250, 3450), (6, 45), (6, 79), (5, 45)]
    assert all(row["ratio"] > 0 for row in layout["comparisons"])
    assert [wait["limit"] for wait in layout["waits"]] == [5.0, 1.0, 0.5, None]


def test_memory_of_any_pack(tiny_pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench("memory", tiny_pack) == 0
    printed = capsys.readouterr()
    assert "batch 1: highest point | 1 |" in printed.out
    assert "batch 2: network graph | 1 |" in printed.out
    assert "profiler" not in printed.err


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["--repeats", "0"], 2),
        (["--threads", "0"], 2),
        (["--seed", "x"], 2),
        (["--pack-folder", "nowhere"], 4),
    ],
)
def test_wrong_usage_is_a_sentence(
    tiny_pack: Path, args: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench("memory", tiny_pack, *args) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Traceback" not in shown.err


def test_an_unknown_pack() -> None:
    assert main(["bench", "speed", "--pack", "dogs"]) == 4


def test_a_table_that_cannot_be_written(
    tiny_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(memory, "measure", lambda *given: [])
    assert bench("memory", tiny_pack, "--markdown", str(tmp_path / "none" / "table.md")) == 6
    assert "Machine: " in capsys.readouterr().out  # what was measured is not lost


@pytest.mark.parametrize("option", ["--markdown", "--json"])
def test_a_file_that_is_there_is_kept_and_nothing_is_measured(
    tiny_pack: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: str,
) -> None:
    measured: list[object] = []

    def measure(*given: object) -> list[object]:
        measured.append(given)
        return []

    monkeypatch.setattr(memory, "measure", measure)
    file = tmp_path / "kept"
    file.write_text("mine")
    assert bench("memory", tiny_pack, option, str(file)) == 6
    shown = capsys.readouterr()
    told = shown.out + shown.err
    assert "there is a file of that name already" in told and "--overwrite" in told and "Machine" not in told
    assert file.read_text() == "mine" and not measured
    assert bench("memory", tiny_pack, option, str(file), "--overwrite") == 0
    assert measured and file.read_text() != "mine"


@pytest.mark.parametrize("measure", ["quality", "presets"])
def test_a_contact_sheet_that_is_there_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], measure: str
) -> None:
    (tmp_path / "sheet.png").write_text("mine")
    assert main(["bench", measure, "--sheet", str(tmp_path / "sheet.png")]) == 6
    assert "--overwrite" in capsys.readouterr().err and (tmp_path / "sheet.png").read_text() == "mine"


@pytest.mark.parametrize("measure", ["speed", "memory", "quality", "all"])
def test_every_measure_has_help(measure: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", measure, "--help"]) == 0
    assert "--pack" in capsys.readouterr().out


def test_the_running_sum_of_a_trace() -> None:
    def move(ts: str, size: int, device: int = 0) -> dict[str, object]:
        return {"name": "[memory]", "ts": ts, "args": {"Bytes": size, "Device Type": device}}

    events = [
        move("30", -60),
        move("10", 100),
        {"name": memory.PICTURE_EXISTS, "ts": 25.0},
        move("20", 20),
        move("21", 500, device=1),
        move("40", 70),
        {"name": "aten::conv2d", "ts": 1},
    ]
    assert memory.peak_in(events) == memory.Peak(graph=120, step=130)


def test_one_prompt_of_each_kind(tiny_pack: Path) -> None:
    info = manifest.read(tiny_pack).info
    assert {s.kind for s in realtime.one_prompt_of_each_kind(info)} == {"expression", "accessory", "style"}


def test_a_job_that_fails_stops_the_measurement(tiny_pack: Path) -> None:
    engine = FakeEngine(lambda request, _: iter([Failed(job_id=request.job_id, what="It went wrong.", todo="")]))
    with pytest.raises(RuntimeError, match="It went wrong"):
        realtime.measure(engine, manifest.read(tiny_pack).info, [0], lambda what: None)
