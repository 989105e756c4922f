"""Where the servers' data lies and whom they run as.

PostgreSQL refuses to run as root. Started by root the servers therefore run as an unprivileged user, and what that user
cannot reach (a checkout below a private home) is copied or kept elsewhere, rather than loosening anybody's permissions.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from postpurchase import lifeline
from postpurchase.lifeline import Identity
from postpurchase.localservices.programs import LocalServicesError, Programs, copy


def server_identity() -> Identity | None:
    """Whom the servers run as: ourselves, or for root the first harmless user of the system."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return Identity(uid=user.pw_uid, gid=user.pw_gid)
    raise LocalServicesError("PostgreSQL refuses to run as root and this system has no user `nobody`.")


def temporary_directory(ending: contextlib.ExitStack) -> Path:
    """A directory that ``ending`` removes, or the watchdog where this process is killed before."""
    path = Path(tempfile.mkdtemp(prefix="postpurchase-"))
    path.chmod(0o711)  # the servers' user passes through to its own directories
    lifeline.remove_at_end(path)
    ending.callback(shutil.rmtree, path, ignore_errors=True)
    return path


def claim(data_dir: Path, ending: contextlib.ExitStack) -> None:
    """Hold the directory for this process; the system lets go of it however the process ends."""
    file = ending.enter_context((data_dir / "in-use").open("a"))
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise LocalServicesError(
            f"{data_dir} is in use by another running demo. Stop that one first, or give this one a place of "
            "its own with --data DIR."
        ) from None


def home_of(data_dir: Path, identity: Identity | None) -> Path:
    """The directory that holds the servers' data: `data_dir`, unless their user cannot get there."""
    if identity is None or can_reach(data_dir, identity):
        return data_dir.resolve()
    home = home_elsewhere(data_dir)
    with contextlib.suppress(FileExistsError):
        home.mkdir(mode=0o711)
    found = home.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise LocalServicesError(f"{home} belongs to somebody else; give another place with --data DIR.")
    return home


def home_elsewhere(data_dir: Path) -> Path:
    """Where the servers of ``data_dir`` keep their data if their user cannot reach it."""
    name = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
    return Path("/var/tmp") / f"postpurchase-{name}"  # noqa: S108 - its owner is checked by whoever uses it


def can_reach(path: Path, identity: Identity) -> bool:
    """Whether that user gets to ``path``."""
    answer = subprocess.run(
        ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path.resolve())],
        user=identity.uid,
        group=identity.gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return answer.returncode == 0


def reachable(programs: Programs, identity: Identity | None, ending: contextlib.ExitStack) -> Programs:
    """The programs themselves, or a copy where their user cannot get to them (an environment below /root)."""
    if identity is None or (can_reach(programs.postgres, identity) and can_reach(programs.valkey, identity)):
        return programs
    return copy(programs, temporary_directory(ending))


def own_directory(path: Path, identity: Identity | None) -> None:
    """Make a directory that belongs to the servers' user alone."""
    path.mkdir(mode=0o700, exist_ok=True)
    if identity is not None:
        os.chown(path, identity.uid, identity.gid)


def write_private(path: Path, text: str, identity: Identity | None = None) -> None:
    """Write a file that only ``identity`` (or this process's user) can read; it is there as a whole or not at all."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with open(new, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(text)
    if identity is not None:
        os.chown(new, identity.uid, identity.gid)
    new.replace(path)
