"""Preparing a machine: what it says when it cannot, and what its lists may hold."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.servers import peers, prepare
from tests.servers.processes import ServerError

_ROOT = Path(__file__).parents[2]


def test_without_root_the_missing_packages_are_named(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    code = prepare.main()

    assert code == 1
    assert re.search(
        r"chromium is missing; run as root: apt-get install .*chromium$", capsys.readouterr().err
    )


def test_peers_half_installed_do_not_count(monkeypatch, tmp_path):
    monkeypatch.setenv("KINDLY_PEERS_DIR", str(tmp_path))
    (peers.folder() / "node_modules").mkdir(parents=True)

    with pytest.raises(ServerError, match=r"not installed in .*: run `make test` once"):
        peers.installed()


def test_another_lock_file_gets_a_folder_of_its_own(monkeypatch, tmp_path):
    before = peers.folder()
    changed = tmp_path / "package-lock.json"
    changed.write_text("{}")
    monkeypatch.setattr(peers, "LOCK_FILE", changed)

    assert peers.folder() != before
    assert peers.folder().parent == before.parent


def test_the_lock_file_holds_hashes_and_no_download_address():
    packages = json.loads(peers.LOCK_FILE.read_text(encoding="utf-8"))["packages"]
    installed = {name: facts for name, facts in packages.items() if name}

    assert len(installed) > 500
    assert [name for name, facts in installed.items() if "integrity" not in facts] == []
    assert [name for name, facts in installed.items() if "resolved" in facts] == []


def test_make_alone_lists_what_can_be_made():
    listed = subprocess.run(
        ["make", "--no-print-directory"], cwd=_ROOT, capture_output=True, text=True, check=True
    )

    names = re.findall(r"^make (\w+) +\w", listed.stdout, re.MULTILINE)
    assert {"install", "run", "test", "check", "bench", "fix", "lock"} <= set(names)


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-build"])
def test_what_is_asked_for_is_what_is_locked(name):
    asked = (_ROOT / f"{name}.in").read_text(encoding="utf-8")
    locked = (_ROOT / f"{name}.txt").read_text(encoding="utf-8")

    pins = re.findall(r"^([a-z0-9-]+)(?:\[\w+\])?==(\S+)$", asked, re.MULTILINE)
    assert pins
    for package, version in pins:
        assert re.search(rf"^{package}(?:\[\w+\])?=={re.escape(version)} ", locked, re.MULTILINE)
