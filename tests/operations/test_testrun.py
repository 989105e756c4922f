"""``manage.py test``: what pytest is given, and what comes back."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from postpurchase import testrun
from tests.operations.processes import ROOT

# Runs beside the project's tests: no Django, no plugins of ours.
APART = ("-c", os.devnull, "-q", "--rootdir")
THREE_WORKERS = ["-n", "3", "--dist", "worksteal"]


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


@pytest.mark.usefixtures("two_cores")
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], THREE_WORKERS),
        (["tests/orders", "-x"], [*THREE_WORKERS, "tests/orders", "-x"]),
        (
            ["tests/orders/test_api.py", "tests/tracking/test_page.py"],
            [*THREE_WORKERS, "tests/orders/test_api.py", "tests/tracking/test_page.py"],
        ),
        (["tests/orders/test_api.py", "-q"], ["tests/orders/test_api.py", "-q"]),
        (["tests/orders/test_api.py::test_put"], ["tests/orders/test_api.py::test_put"]),
        (["-n0"], ["-n0"]),
        (["-n", "4"], ["-n", "4"]),
        (["--pdb"], ["--pdb"]),
        (["--collect-only", "-q"], ["--collect-only", "-q"]),
        (["--no-header"], [*THREE_WORKERS, "--no-header"]),
    ],
)
def test_tests_run_in_parallel_where_that_pays(given: list[str], expected: list[str]) -> None:
    assert testrun.pytest_arguments(given, without=[]) == expected


@pytest.mark.parametrize(
    ("cores", "expected"), [(1, []), (2, THREE_WORKERS), (64, ["-n", "4", "--dist", "worksteal"]), (None, [])]
)
def test_as_many_processes_as_cores_but_four_at_most(
    monkeypatch: pytest.MonkeyPatch, cores: int | None, expected: list[str]
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)

    assert testrun.pytest_arguments([], without=[]) == expected


@pytest.mark.usefixtures("two_cores")
@pytest.mark.parametrize(
    ("given", "without", "expected"),
    [
        ([], ["browser"], [*THREE_WORKERS, "-m", "not browser"]),
        (["-m", "chaos or browser"], ["browser"], [*THREE_WORKERS, "-m", "(chaos or browser) and not browser"]),
        (["-m", "php"], ["browser", "php"], [*THREE_WORKERS, "-m", "(php) and not browser and not php"]),
    ],
)
def test_what_needs_a_missing_program_is_left_out(given: list[str], without: list[str], expected: list[str]) -> None:
    assert testrun.pytest_arguments(given, without=without) == expected


def test_the_browser_is_the_chosen_one_or_the_one_on_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(testrun, "BROWSERS_OF_MACOS", ())
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert testrun.find_chromium() is None

    on_path = tmp_path / "chromium-browser"
    on_path.touch(mode=0o755)
    assert testrun.find_chromium() == str(on_path)

    chosen = tmp_path / "my-own"
    monkeypatch.setenv("CHROMIUM", str(chosen))
    assert testrun.find_chromium() is None  # it is not there: say so instead of taking another
    chosen.touch(mode=0o755)
    assert testrun.find_chromium() == str(chosen)


def run(place: Path, code: str, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """``manage.py test`` on a single file, in an environment without CI and without a browser's name."""
    file = place / "test_given.py"
    file.write_text(code)
    clean = {key: value for key, value in os.environ.items() if key not in ("CI", "CHROMIUM", "PYTEST_XDIST_WORKER")}
    return subprocess.run(
        [sys.executable, "manage.py", "test", *APART, str(place), str(file), *arguments],
        cwd=ROOT,
        env={**clean, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


SEES_ITS_SERVERS = """
import os, psycopg2, redis
def test_it():
    for name, role in [("DATABASE_URL", "postpurchase"), ("DATABASE_OWNER_URL", "postpurchase_owner"),
                       ("DATABASE_READ_URL", "postpurchase_read")]:
        connection = psycopg2.connect(os.environ[name])
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_database()")
            assert cursor.fetchone() == (role, "postpurchase")
        connection.close()
    assert redis.from_url(os.environ["REDIS_URL"]).ping()
    assert os.environ["POSTPURCHASE_TESTING"] == "1"
"""


def test_pytest_finds_servers_of_its_own_and_its_exit_code_comes_back(tmp_path: Path) -> None:
    answer = run(tmp_path, SEES_ITS_SERVERS, CHROMIUM=sys.executable)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.splitlines()[-1].startswith("1 passed in ")

    answer = run(tmp_path, "def test_it(): assert False", CHROMIUM=sys.executable)
    assert answer.returncode == 1
    assert answer.stdout.splitlines()[-1].startswith("1 failed in ")


TWO = """
import pytest
@pytest.mark.browser
def test_page(): assert False
def test_other(): pass
"""


def test_a_missing_program_is_reported_and_fails_only_in_ci(tmp_path: Path) -> None:
    not_run = (
        "NOT RUN: the browser tests, because there is no Chromium. "
        "Debian: `sudo apt-get install -y chromium fonts-liberation`, macOS: `brew install --cask chromium`; "
        "another place: CHROMIUM=/path/to/it"
    )

    here = run(tmp_path, TWO, "-W", "ignore", CHROMIUM="/nowhere")
    assert here.returncode == 0
    assert "1 passed, 1 deselected" in here.stdout
    assert not_run in here.stdout.splitlines()

    in_ci = run(tmp_path, TWO, "-W", "ignore", CHROMIUM="/nowhere", CI="true")
    assert in_ci.returncode == 1
    assert not_run in in_ci.stdout.splitlines()


def test_every_marker_of_a_missing_program_is_one_of_ours(pytestconfig: pytest.Config) -> None:
    declared = {line.partition(":")[0] for line in pytestconfig.getini("markers")}

    assert {needed.marker for needed in testrun.NEEDED} <= declared
