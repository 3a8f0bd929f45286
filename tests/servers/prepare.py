"""Installs what the tests need and pip cannot bring: Debian packages and the peers from npm.

    python -m tests.servers.prepare

Runs again in no time when everything is there. Without root it names what is missing and stops.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.servers import peers, postgres
from tests.servers.processes import ServerError

# The only peer package whose install script is run: it is compiled for our Node.
_COMPILED = "better-sqlite3"


def main() -> int:
    """Install what is missing; 1 and one sentence when that cannot be done."""
    try:
        _install_packages(_missing_servers())
        if not (peers.folder() / peers.COMPLETE).exists():
            _install_packages(_missing_build_tools())
            _install_peers()
    except (ServerError, subprocess.CalledProcessError) as error:
        _say(f"The tests cannot be prepared: {error}")
        return 1
    return 0


def _missing_servers() -> list[str]:
    found = {
        "postgresql": _finds_postgres(),
        "chromium": _on_path("chromium") or _on_path("chromium-browser"),
        "unicode-data": Path("/usr/share/unicode/BidiTest.txt").exists(),
    }
    return [package for package, is_there in found.items() if not is_there]


def _missing_build_tools() -> list[str]:
    return [tool for tool in ("npm", "g++", "make") if not _on_path(tool)]


def _install_packages(missing: Sequence[str]) -> None:
    if not missing:
        return
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *missing]
    if os.geteuid() != 0 or not _on_path("apt-get"):
        raise ServerError(f"{', '.join(missing)} is missing; run as root: {' '.join(command)}")
    _say(f"Installing Debian packages: {', '.join(missing)}")
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    _run(["apt-get", "update", "-q"], env=env)
    _run(command, env=env)


def _install_peers() -> None:
    target = peers.folder()
    target.parent.mkdir(parents=True, exist_ok=True)
    with _alone(target.parent / "lock"):
        if (target / peers.COMPLETE).exists():
            return
        _say(f"Installing the peers from npm into {target} (once, about three minutes)")
        shutil.rmtree(target, ignore_errors=True)
        work = Path(tempfile.mkdtemp(prefix="installing-", dir=target.parent))
        try:
            _build_peers(work)
            (work / peers.COMPLETE).touch()
            work.rename(target)
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _build_peers(work: Path) -> None:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(peers.HERE / name, work)
    # No package runs code of its own while being installed, except the one we name after that.
    _run(["npm", "ci", "--ignore-scripts", "--loglevel=error"], cwd=work)
    program = Path(peers.node(work))
    # What Debian 12's own node-gyp compiles for our Node crashes when it is loaded, so the one
    # that came with the peers does it, and the result is tried before it counts.
    compiler = str(work / "node_modules" / "node-gyp" / "bin" / "node-gyp.js")
    _run(
        # The headers to compile against lie beside the program; nothing is downloaded.
        [str(program), compiler, "rebuild", "--release", f"--nodedir={program.parent.parent}"],
        cwd=work / "node_modules" / _COMPILED,
    )
    _run([str(program), "-e", f"require('{_COMPILED}')(':memory:').close()"], cwd=work)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _run(
    command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> None:
    subprocess.run(command, cwd=cwd, env={**os.environ, **(env or {})}, check=True)


def _finds_postgres() -> bool:
    try:
        postgres.find_binaries()
    except ServerError:
        return False
    return True


def _on_path(program: str) -> bool:
    return shutil.which(program) is not None


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main())
