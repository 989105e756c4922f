"""From an interpreter without packages into an environment that has them."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import django
import pytest

from postpurchase import bootstrap
from tests.operations.processes import ROOT

# Stands in for uv: notes what it is asked, and makes an "environment" of the Python that runs the tests.
FAKE_UV = """#!/bin/sh
echo "$*" >> "{place}/asked"
case "$1" in venv) for last; do :; done; mkdir -p "$last/bin"; ln -s "{python}" "$last/bin/python" ;; esac
"""
LOCK_CONTENT = {name: f"# {name}\n".encode() for name in bootstrap.LOCKS}
PACKAGES = str(Path(django.__file__).resolve().parent.parent)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what is needed to start, with locks of its own and uv on the PATH."""
    place = tmp_path / "checkout"
    (place / "postpurchase").mkdir(parents=True)
    shutil.copy(ROOT / "manage.py", place)
    for name in ("__init__.py", "bootstrap.py"):
        shutil.copy(ROOT / "postpurchase" / name, place / "postpurchase")
    for name, content in LOCK_CONTENT.items():
        (place / name).write_bytes(content)
    uv = tmp_path / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text(FAKE_UV.format(place=tmp_path, python=sys.executable))
    uv.chmod(0o755)
    return place


@pytest.fixture
def here(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This process works on the copy of the checkout."""
    monkeypatch.setattr(bootstrap, "ROOT", str(checkout))
    monkeypatch.setattr(bootstrap, "VENV", str(checkout / ".venv"))
    monkeypatch.setattr(bootstrap, "STAMP", str(checkout / ".venv" / "postpurchase.json"))
    monkeypatch.setenv("PATH", f"{checkout.parent / 'bin'}:/usr/bin:/bin")
    return checkout


def run(checkout: Path, *arguments: str, packages: str = PACKAGES) -> "subprocess.CompletedProcess[str]":
    """Run manage.py with a Python that sees no packages; the one it hands over to sees ``packages``."""
    return subprocess.run(
        [sys.executable, "-E", "-S", "manage.py", *arguments],
        cwd=checkout,
        env={"PATH": f"{checkout.parent / 'bin'}:/usr/bin:/bin", "PYTHONPATH": packages},
        capture_output=True,
        text=True,
        check=False,
    )


def asked(checkout: Path) -> list[str]:
    file = checkout.parent / "asked"
    return file.read_text().splitlines() if file.exists() else []


def test_the_first_start_installs_says_so_and_hands_over(checkout: Path) -> None:
    answer = run(checkout, "version")

    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.splitlines() == [
        "Installing the packages of requirements.lock into .venv (once; a minute with downloads) …",
        django.get_version(),
    ]
    venv = checkout / ".venv"
    assert asked(checkout) == [
        f"venv --quiet --clear --python {sys.executable} {venv}",
        f"pip install --quiet --python {venv}/bin/python --require-hashes --only-binary :all: "
        "--requirements requirements.lock",
    ]
    assert json.loads((venv / "postpurchase.json").read_text()) == {
        "lock": "requirements.lock",
        "digest": hashlib.sha256(LOCK_CONTENT["requirements.lock"]).hexdigest(),
        "python": f"cpython-{sys.version_info[0]}.{sys.version_info[1]}",
    }


def test_the_second_start_installs_nothing(checkout: Path) -> None:
    run(checkout, "version")
    before = asked(checkout)

    answer = run(checkout, "version")

    assert answer.stdout == f"{django.get_version()}\n"
    assert asked(checkout) == before


def test_a_changed_lock_is_installed_into_the_same_environment(checkout: Path) -> None:
    run(checkout, "version")
    (checkout / "requirements.lock").write_text("# newer\n")

    answer = run(checkout, "version")

    assert answer.stdout.startswith("Installing the packages of requirements.lock into .venv")
    assert [line.split()[0] for line in asked(checkout)] == ["venv", "pip", "pip"]


def test_an_environment_for_tests_serves_the_demo_too(here: Path) -> None:
    (here / ".venv" / "bin").mkdir(parents=True)
    (here / ".venv" / "bin" / "python").symlink_to(sys.executable)

    def current_after(installed: str) -> list[str]:
        digest = hashlib.sha256(LOCK_CONTENT[installed]).hexdigest()
        Path(bootstrap.STAMP).write_text(json.dumps({"digest": digest, "python": bootstrap._python_version()}))
        return [lock for lock in bootstrap.LOCKS if bootstrap._is_current(lock)]

    assert current_after("requirements.lock") == ["requirements.lock"]
    assert current_after("requirements-demo.lock") == ["requirements.lock", "requirements-demo.lock"]
    assert current_after("requirements-dev.lock") == list(bootstrap.LOCKS)


def test_the_locks_contain_each_other() -> None:
    pins = [
        {line.split(" ")[0] for line in (ROOT / lock).read_text().splitlines() if "==" in line and line[0] not in " #"}
        for lock in bootstrap.LOCKS
    ]

    assert pins[0] < pins[1] < pins[2]


def test_every_pin_has_hashes_and_no_lock_names_an_index() -> None:
    for lock in bootstrap.LOCKS:
        text = (ROOT / lock).read_text()
        requirements = [part for part in text.replace("\\\n", "").splitlines() if part and part.lstrip()[0] != "#"]
        assert all("==" in line and "--hash=sha256:" in line for line in requirements)
        assert "://" not in text


def test_packages_missing_after_the_installation_end_the_loop(checkout: Path, tmp_path: Path) -> None:
    answer = run(checkout, "version", packages=str(tmp_path))

    assert answer.returncode == 1
    assert answer.stderr == (
        "The environment in .venv is damaged: packages of requirements.lock are missing after its installation.\n"
        "Delete the directory .venv and run the command again.\n"
    )


def break_uv(checkout: Path) -> None:
    uv = checkout.parent / "bin" / "uv"
    uv.write_text(uv.read_text() + "case $1 in pip) exit 3 ;; esac\n")


def test_pip_helps_out_where_uv_fails(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    break_uv(here)
    installed = []
    monkeypatch.setattr(bootstrap, "_install_with_pip", lambda lock, fresh: installed.append((lock, fresh)))

    bootstrap._build("requirements.lock")

    assert installed == [("requirements.lock", True)]
    assert bootstrap._is_current("requirements.lock")
    assert capsys.readouterr().out.splitlines()[1:] == ["uv failed with exit code 3."]


def test_an_installation_that_fails_leaves_no_stamp(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    break_uv(here)

    def fail(lock: str, fresh: bool) -> None:
        raise subprocess.CalledProcessError(1, ["pip"])

    monkeypatch.setattr(bootstrap, "_install_with_pip", fail)

    with pytest.raises(SystemExit, match=r"^The installation failed; the reason stands above\."):
        bootstrap._build("requirements.lock")

    assert not (here / ".venv" / "postpurchase.json").exists()


def test_a_python_that_can_install_nothing_hears_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_can_import", lambda _packages: False)

    with pytest.raises(SystemExit, match="sudo apt install python3-venv"):
        bootstrap._install_with_pip("requirements.lock", fresh=True)


def test_an_old_python_hands_over_to_a_newer_one_or_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    newer = tmp_path / "python3.12"
    newer.symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bootstrap._newer_python() == str(newer)

    newer.unlink()
    with pytest.raises(SystemExit, match=r"postpurchase needs Python 3\.11 or newer; this is Python 3\."):
        bootstrap._newer_python()


def test_a_complete_environment_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_arguments: object) -> None:
        raise AssertionError("nothing is to be built")

    monkeypatch.setattr(bootstrap, "_build", unreachable)
    monkeypatch.setattr(os, "execv", unreachable)

    bootstrap.enter_environment("test")


@pytest.mark.parametrize(("command", "kept"), [("test", True), ("demo", True), ("check", False)])
def test_many_processes_do_not_compile_everything_again(
    here: Path, monkeypatch: pytest.MonkeyPatch, command: str, kept: bool
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "")  # so that it is put back in any case
    monkeypatch.delenv("PYTHONPYCACHEPREFIX")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "pycache_prefix", None)

    bootstrap.enter_environment(command)

    place = str(here / ".cache" / "bytecode")
    assert (sys.dont_write_bytecode, sys.pycache_prefix) == ((False, place) if kept else (True, None))
    assert os.environ.get("PYTHONPYCACHEPREFIX") == (place if kept else None)
    assert ("PYTHONDONTWRITEBYTECODE" in os.environ) != kept


def test_whoever_keeps_bytecode_anyway_keeps_it_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)

    bootstrap.enter_environment("test")

    assert sys.pycache_prefix is None
