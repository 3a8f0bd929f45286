"""Where the peers from npm are installed: outside the repository, one folder per lock file.

`python -m tests.servers.prepare` installs them; here they are only found.
"""

import hashlib
import os
import shutil
from pathlib import Path

from tests.servers.processes import ServerError

HERE = Path(__file__).parent
LOCK_FILE = HERE / "package-lock.json"
#: Written last, so that a half-made installation never counts as one.
COMPLETE = "complete"


def folder() -> Path:
    """The folder that belongs to the lock file as it is now, installed or not."""
    chosen = os.environ.get("KINDLY_PEERS_DIR")
    base = Path(chosen) if chosen else Path.home() / ".cache" / "kindly-tests"
    return base / hashlib.sha256(LOCK_FILE.read_bytes()).hexdigest()[:16]


def installed() -> Path:
    """The folder of the installed peers."""
    found = folder()
    if not (found / COMPLETE).exists():
        raise ServerError(f"the peers are not installed in {found}: run `make test` once")
    return found


def node(root: Path) -> str:
    """The Node that belongs to the peers: the machine's own is often too old for them."""
    for program in sorted(root.glob("node_modules/node-*/bin/node")):
        return str(program)
    on_path = shutil.which("node")
    if on_path is None:
        raise ServerError("there is no Node for this machine: install Node 22 and run again")
    return on_path


def loopback_node() -> list[str]:
    """The start of a command line that runs Node and lets it listen on loopback only."""
    return [node(installed()), "--require", str(HERE / "loopback.cjs")]
