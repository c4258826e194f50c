"""What surrounds the code agrees with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rtedit_desktop import __version__

ROOT = Path(__file__).parents[2]


def test_types_are_shipped() -> None:
    assert (ROOT / "rtedit_desktop" / "py.typed").is_file()


def test_make_test_runs_folders_that_are_there() -> None:
    quick = re.search(r"^QUICK := (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert quick is not None
    assert all(list((ROOT / "tests" / name).glob("test_*.py")) for name in quick[1].split())


def test_pre_commit_has_the_ruff_that_the_project_asks_for() -> None:
    asked = re.search(r'"ruff>=(\d+\.\d+),', (ROOT / "pyproject.toml").read_text("utf-8"))
    pinned = re.findall(r"ruff==(\d+\.\d+)\.\d+", (ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert asked is not None and len(pinned) == 2
    assert set(pinned) == {asked[1]}


def test_what_the_security_document_points_to_is_there() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    rows = re.findall(r"\|([^|\n]+)\|\n", text.partition("## How it is tried")[0])
    places = [name for row in rows for name in re.findall(r"`([\w/.]+)`", row)]
    assert len(places) > 5
    for place in places:
        assert (ROOT / "rtedit_desktop" / place).exists()
    for benchmark in re.findall(r"`(tests/[\w/.]+)`", text):
        assert (ROOT / benchmark).is_file()


def test_checks_run_on_every_python_that_the_package_names() -> None:
    named = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text("utf-8"))
    checked = re.findall(r'ubuntu[^}]+python: "(3\.\d+)"', (ROOT / ".github/workflows/check.yml").read_text("utf-8"))
    assert named and named == checked


def test_scripts_of_the_workflows_are_there() -> None:
    for workflow in (ROOT / ".github" / "workflows").glob("*.yml"):
        for script in re.findall(r"python3? (packaging/\w+\.py)|(\.ci/\w+)", workflow.read_text("utf-8")):
            assert (ROOT / "".join(script)).is_file()


def test_linux_has_what_qt_needs_wherever_a_workflow_runs_the_window() -> None:
    """``.ci/run`` installs it too, but only where it may: a job of a workflow is not the administrator."""
    yaml = pytest.importorskip("yaml")
    found = 0
    for workflow in (ROOT / ".github" / "workflows").glob("*.yml"):
        for name, job in yaml.safe_load(workflow.read_text("utf-8"))["jobs"].items():
            runs = "\n".join(str(step.get("run", "")) for step in job["steps"])
            if any(word in runs for word in ("pytest", ".ci/run", "try_installed", "check_bundle")):
                found += 1
                assert "libegl1" in runs and "libfontconfig1" in runs, f"{workflow.name}: {name}"
    assert found >= 4


def test_a_job_runs_the_tests_that_are_skipped_without_an_extra() -> None:
    yaml = pytest.importorskip("yaml")
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "check.yml").read_text("utf-8"))["jobs"]
    scripts = ["\n".join(str(step.get("run", "")) for step in job["steps"]) for job in jobs.values()]
    for extra, tests in (("bench", "tests/bench"), ("docs", "tests/packaging/test_documents.py")):
        assert (ROOT / tests).exists()
        assert any(re.search(rf"\[[\w,]*\b{extra}\b", script) and f" {tests}" in script for script in scripts), extra


def test_the_citation_has_the_version_of_the_package() -> None:
    told = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text("utf-8"), re.MULTILINE)
    assert told is not None and told[1] == __version__
