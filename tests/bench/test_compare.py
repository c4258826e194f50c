"""The blind page, in a real browser too, votes, the judge and the tool that diffusers brings."""

from __future__ import annotations

import io
import json
import os
import string
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from patience import PATIENCE_S
from PIL import Image
from support import chromium

from rtedit_desktop.bench.compare import contestants, page, votes
from rtedit_desktop.bench.compare.tally import tally
from rtedit_desktop.cli import main


def flat(folder: Path, colours: dict[str, tuple[int, int, int]], size: int = 24) -> Path:
    folder.mkdir(parents=True)
    for name, colour in colours.items():
        Image.new("RGB", (size, size), colour).save(folder / f"{name}.png")
    return folder


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Sources, then the results of two tools: one makes all red, the other all blue."""
    names = ["1 smiling face", "2 smiling face", "3 old face"]
    colours = {"sources": (128, 128, 128), "red": (220, 0, 0), "blue": (0, 0, 220)}
    return [flat(tmp_path / name, dict.fromkeys(names, colour)) for name, colour in colours.items()]


def compare(*args: str | Path) -> int:
    return main(["bench", "compare", *map(str, args)])


def written(folders: list[Path], out: Path, seed: int = 0) -> dict[str, Any]:
    sources, *results = folders
    assert compare(*results, "--sources", sources, "--out", out, "--seed", str(seed), "--overwrite") == 0
    found: dict[str, Any] = json.loads((out / "key.json").read_text("utf-8"))
    return found


def test_a_win_rate_and_its_interval() -> None:
    found = tally([1, 1, 1, 0, -1, 1, 1, 0])
    assert (found.count, found.first, found.tie, found.second) == (8, 5 / 8, 2 / 8, 1 / 8)
    assert found.low < found.rate == 0.75 < found.high
    assert tally([1] * 9).low == tally([1] * 9).high == 1
    assert tally([0, 0]).rate == 0.5
    one_picture = tally([1, 1, -1, -1], ["a", "a", "b", "b"])
    assert (one_picture.low, one_picture.high) == (0, 1)  # two pictures, not four
    assert tally([1, 0, -1], seed=3) == tally([1, 0, -1], seed=3)


def test_the_page_does_not_tell_which_is_which(folders: list[Path], tmp_path: Path) -> None:
    Image.new("RGB", (48, 48), (220, 0, 0)).save(folders[1] / "3 old face.png")  # a larger one gives nothing away
    key = written(folders, tmp_path / "out")
    text = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert not any(name in text for name in ("red", "blue"))
    assert "smiling face" in text
    for index, trial in key["trials"].items():
        for side, letter in (("left", "a"), ("right", "b")):
            with Image.open(tmp_path / "out" / "pictures" / f"{int(index):04d}{letter}.png") as shown:
                assert shown.size == (24, 24)
                assert shown.getpixel((0, 0)) == ((220, 0, 0) if trial[side] == "red" else (0, 0, 220))


def test_the_order_is_the_seeds(folders: list[Path], tmp_path: Path) -> None:
    orders = {json.dumps(written(folders, tmp_path / str(seed), seed)["trials"]) for seed in range(8)}
    assert len(orders) > 1
    pictures = [[trial["picture"] for trial in json.loads(order).values()] for order in orders]
    assert any(order != sorted(order) for order in pictures), "not as the files are named"
    assert len({trial["left"] for order in orders for trial in json.loads(order).values()}) == 2, "on both sides"
    assert written(folders, tmp_path / "again", 3) == written(folders, tmp_path / "again", 3)


def cast(key: dict[str, Any], path: Path, prefer: str) -> Path:
    chosen = {i: "left" if trial["left"] == prefer else "right" for i, trial in key["trials"].items()}
    path.write_text(json.dumps({"comparison": key["comparison"], "votes": chosen}), "utf-8")
    return path


def test_votes_are_counted(folders: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    key = written(folders, out)
    first = cast(key, tmp_path / "first.json", "blue")
    assert votes.counted(out, [first], 0)["red", "blue"].second == 1
    second = cast(key, tmp_path / "second.json", "red")
    assert votes.counted(out, [first, second], 0)["red", "blue"].rate == 0.5
    assert compare("--votes", first, "--out", out) == 0
    assert "| red : blue | 3 | 0 % | 0 % | 100 % | 0 to 0 % |" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content", ["no json", "{}", '{"comparison": "x", "votes": {}}', '{"comparison": "KEY", "votes": {"99": "left"}}']
)
def test_votes_of_something_else_are_a_sentence(
    content: str, folders: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = written(folders, tmp_path / "out")
    given = tmp_path / "votes.json"
    given.write_text(content.replace("KEY", key["comparison"]), "utf-8")
    assert compare("--votes", given, "--out", tmp_path / "out") == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices of POSIX")
@pytest.mark.parametrize("kind", ["deep", "pipe", "device", "twice"])
def test_hostile_votes_are_a_sentence(
    kind: str, folders: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, given = written(folders, tmp_path / "out"), tmp_path / "votes.json"
    if kind == "deep":
        given.write_text("[" * 100_000)
    elif kind == "pipe":
        os.mkfifo(given)
    elif kind == "device":
        given.symlink_to("/dev/zero")
    else:
        given.write_text(f'{{"comparison": "{key["comparison"]}", "votes": {{"0": "left", "0": "right"}}}}')
    assert compare("--votes", given, "--out", tmp_path / "out") == 2
    assert "could not be read" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="pipes and names of POSIX")
def test_results_that_are_no_files_and_names_that_are_no_text(
    folders: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in folders:
        (folder / "3 old face.png").rename(folder / os.fsdecode(b"3 old \xe4</script>.png".replace(b"/", b"")))
    key = written(folders, tmp_path / "out")
    assert compare("--votes", cast(key, tmp_path / "votes.json", "red"), "--out", tmp_path / "out") == 0
    os.mkfifo(folders[1] / "4 new face.png")
    for folder in (folders[0], folders[2]):
        Image.new("RGB", (8, 8)).save(folder / "4 new face.png")
    assert compare(*folders[1:], "--out", tmp_path / "pipe") == 3
    assert "no picture that can be read" in capsys.readouterr().err


def test_a_page_that_is_there_is_kept(folders: list[Path], tmp_path: Path) -> None:
    """Its key tells what the votes are for that people cast on it."""
    key = written(folders, tmp_path / "out")
    assert compare(*folders[1:], "--out", tmp_path / "out", "--seed", "5") == 6
    assert json.loads((tmp_path / "out" / "key.json").read_text("utf-8")) == key
    theirs = flat(tmp_path / "own" / "pictures", {"0000a": (1, 2, 3)}) / "0000a.png"
    before = theirs.read_bytes()
    assert compare(*folders[1:], "--out", tmp_path / "own") == 6
    assert theirs.read_bytes() == before


def test_folders_that_have_nothing_in_common(folders: list[Path], tmp_path: Path) -> None:
    other = flat(tmp_path / "other", {"9": (1, 1, 1)})
    assert compare(folders[1], other, "--out", tmp_path / "out") == 2
    assert compare(folders[1], folders[1], "--out", tmp_path / "out") == 2
    (tmp_path / "empty").mkdir()
    assert compare(folders[1], tmp_path / "empty", "--out", tmp_path / "out") != 0


def test_a_pack_judges_too(
    folders: list[Path], tiny_pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sources, *results = folders
    way: list[str | Path] = ["--sources", sources, "--out", tmp_path / "out", "--judge-folder", tiny_pack]
    assert compare(*results, *way) == 0
    assert "| red : blue | 3 |" in capsys.readouterr().out


def test_the_classifier_of_avatars_judges(
    folders: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sources, *results = folders
    way: list[str | Path] = ["--sources", sources, "--out", tmp_path / "out", "--judge", "avatars", "--overwrite"]
    assert compare(*results, *way, "--prompt", "smiling face") == 0
    assert "preferred by the judge" in capsys.readouterr().out
    assert compare(*results, *way, "--prompt", "face with wings") == 2


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_person_votes_in_a_browser(folders: list[Path], tmp_path: Path) -> None:
    browser = chromium.installed()
    if browser is None:
        pytest.skip("no Chromium is installed: apt install chromium")
    out = tmp_path / "out"
    key = written(folders, out)
    sides = [(trial["left"], trial["right"]) for trial in key["trials"].values()]
    with chromium.page(browser, tmp_path / "profile", PATIENCE_S) as tab:
        tab.downloads_to(tmp_path)
        tab.open((out / page.INDEX).as_uri())
        tab.wait("document.getElementById('left').naturalWidth > 0")
        assert tab.see("document.getElementById('progress').textContent") == "0 of 3 judged"
        seen = np.asarray(Image.open(io.BytesIO(tab.screenshot())).convert("RGB")).reshape(-1, 3)
        assert {(220, 0, 0), (0, 0, 220), (128, 128, 128)} <= set(map(tuple, seen.tolist()))
        tab.click("#vote-right")
        tab.wait("document.getElementById('progress').textContent === '1 of 3 judged'")
        tab.click("#back")  # changes their mind
        tab.wait("document.getElementById('progress').textContent === '0 of 3 judged'")
        tab.wait("[...document.images].every(one => one.complete)")  # before which nothing stays in its place
        tab.click("#vote-" + ("left" if sides[0][0] == "red" else "right"))
        tab.wait("document.getElementById('progress').textContent === '1 of 3 judged'")
        tab.open((out / page.INDEX).as_uri())  # later: what was voted is still there
        tab.wait("document.getElementById('progress').textContent === '1 of 3 judged'")
        tab.press("0")
        tab.press("1" if sides[2][0] == "red" else "2")
        tab.wait("!document.getElementById('done').hidden && document.getElementById('trial').hidden")
        tab.click("#save")
        saved = tmp_path / "votes.json"
        wait_until(lambda: saved.exists() and saved.read_bytes().endswith(b"}"))
    found = votes.counted(out, [saved], 0)["red", "blue"]
    assert (found.count, found.first, found.tie) == (3, 2 / 3, 1 / 3)


def tiny_instruct_pix2pix(folder: Path) -> Path:
    """Random weights of the real architecture, as diffusers saves them."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers", reason="the extra [bench] is not installed")
    diffusers = pytest.importorskip("diffusers")
    torch.manual_seed(0)
    letters = [letter + end for letter in string.ascii_lowercase for end in ("", "</w>")]
    words = ["<|startoftext|>", "<|endoftext|>", *letters]
    (folder / "words").mkdir(parents=True)
    (folder / "words" / "vocab.json").write_text(json.dumps({word: n for n, word in enumerate(words)}), "utf-8")
    (folder / "words" / "merges.txt").write_text("#version: 0.2\n", "utf-8")
    tokenizer = transformers.CLIPTokenizer(
        str(folder / "words" / "vocab.json"), str(folder / "words" / "merges.txt"), model_max_length=16
    )
    text = transformers.CLIPTextConfig(
        vocab_size=len(tokenizer), hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=16, bos_token_id=0, eos_token_id=1, pad_token_id=1,
    )  # fmt: skip
    blocks = {"block_out_channels": (8, 16), "norm_num_groups": 4, "layers_per_block": 1}
    pipeline = diffusers.StableDiffusionInstructPix2PixPipeline(
        vae=diffusers.AutoencoderKL(
            down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2,
            latent_channels=4, **blocks,
        ),
        text_encoder=transformers.CLIPTextModel(text),
        tokenizer=tokenizer,
        unet=diffusers.UNet2DConditionModel(
            sample_size=8, in_channels=8, out_channels=4, cross_attention_dim=16, attention_head_dim=2,
            down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"), **blocks,
        ),
        scheduler=diffusers.EulerAncestralDiscreteScheduler(),
        safety_checker=None,
        feature_extractor=None,
        image_encoder=None,
        requires_safety_checker=False,
    )  # fmt: skip
    pipeline.save_pretrained(folder / "weights")
    return folder / "weights"


def test_instruct_pix2pix_edits_beside_ours(folders: list[Path], tmp_path: Path) -> None:
    sources, ours, _ = folders
    weights = tiny_instruct_pix2pix(tmp_path / "tiny")
    way: list[str | Path] = ["--sources", sources, "--with", "instruct-pix2pix", "--weights", weights, "--steps", "2"]
    assert compare(ours, *way, "--out", tmp_path / "out", "--instruction", "make it a {prompt}") == 0
    results = contestants.read(tmp_path / "out" / "instruct-pix2pix")
    assert set(results.pictures) == set(contestants.read(sources).pictures)
    made = {name: np.asarray(Image.open(path)) for name, path in results.pictures.items()}
    assert all(picture.shape == (24, 24, 3) for picture in made.values())
    assert not np.array_equal(made["1 smiling face"], made["3 old face"])
    key = json.loads((tmp_path / "out" / "key.json").read_text("utf-8"))
    assert set(key["tools"]) == {"red", "instruct-pix2pix"}
    assert compare(ours, *way, "--out", tmp_path / "again", "--instruction", "make it a {prompt}") == 0
    again = contestants.read(tmp_path / "again" / "instruct-pix2pix")
    assert all(np.array_equal(made[name], np.asarray(Image.open(path))) for name, path in again.pictures.items())
    other: list[str | Path] = ["--out", tmp_path / "again", "--instruction", "paint it {prompt}", "--overwrite"]
    assert compare(ours, *way, *other) == 0
    changed = contestants.read(tmp_path / "again" / "instruct-pix2pix")
    assert not any(np.array_equal(made[name], np.asarray(Image.open(path))) for name, path in changed.pictures.items())


def test_weights_that_are_not_there_are_a_sentence(
    folders: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("transformers", reason="the extra [bench] is not installed")
    (tmp_path / "none").mkdir()
    way: list[str | Path] = ["--sources", folders[0], "--with", "instruct-pix2pix", "--out", tmp_path / "out"]
    assert compare(folders[1], *way, "--weights", tmp_path / "none") == 2
    assert "--weights" in capsys.readouterr().err


def test_as_many_votes_as_are_read_take_little_memory() -> None:
    count = 50_000
    tracemalloc.start()
    try:
        found = tally([1, -1] * (count // 2), list(range(count)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.rate == 0.5 and found.low < 0.5 < found.high and peak < 64 * 2**20


@pytest.mark.parametrize(
    "spoilt",
    [{"tools": ["red", 1]}, {"tools": [["red"], "blue"]}, {"trials": {"0": {"left": [], "right": {}}}}, {"trials": []}],
)
def test_a_spoilt_key_is_a_sentence(
    spoilt: dict[str, Any], folders: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    key = written(folders, out)
    given = cast(key, tmp_path / "votes.json", "red")
    (out / "key.json").write_text(json.dumps({**key, **spoilt}), "utf-8")
    assert compare("--votes", given, "--out", out) == 2
    assert "do not fit the page" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="names of bytes")
def test_titles_that_are_no_text_are_shown_in_one_line(
    folders: list[Path], tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    odd = folders[1].rename(Path(os.fsdecode(os.fsencode(tmp_path) + b"/r\xff\x1b[2J\nd")))
    key = written([folders[0], odd, folders[2]], tmp_path / "out")
    given = cast(key, tmp_path / "votes.json", "blue")
    assert compare("--votes", given, "--out", tmp_path / "out") == 0
    shown = capsysbinary.readouterr().out.decode()
    assert "\x1b" not in shown and "| r\ufffd\ufffd[2J\ufffdd : blue | 3 |" in shown
