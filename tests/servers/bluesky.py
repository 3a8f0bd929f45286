"""A real Bluesky server (PDS) with its own identity directory (PLC), for one test run.

The directory lives in memory and stays up while the PDS is stopped and started again, as it does
in the world.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.servers import peers, processes

_PATIENCE_S = 30
_HOST = processes.HOST


@dataclass(frozen=True)
class Account:
    """An account on the PDS; channels are given the app password, never the other."""

    did: str
    handle: str
    password: str
    app_password: str


class Pds:
    """The PDS and its directory. `stop` and `start` keep address, accounts and posts."""

    def __init__(self, home: Path, *, rate_limits: bool = False) -> None:
        (home / "blobs").mkdir(parents=True)
        (home / "uploads").mkdir()
        self._home = home
        self._port = processes.free_port()
        self._rate_limits = rate_limits
        self.url = f"http://{_HOST}:{self._port}"
        self._plc_port = processes.free_port()
        self._plc = self._start_plc()
        self.start()

    def create_account(self, handle: str) -> Account:
        """Make an account with an app password. `handle` ends in `.test`."""
        password = f"password of {handle}"
        made = self._call(
            "com.atproto.server.createAccount",
            {"handle": handle, "email": f"{handle}@example.org", "password": password},
        )
        app = self._call(
            "com.atproto.server.createAppPassword", {"name": "kindly"}, token=made["accessJwt"]
        )
        return Account(made["did"], handle, password, app["password"])

    def start(self) -> None:
        log = self._home / "pds.log"
        self._pds = processes.start(
            [*peers.loopback_node(), str(peers.HERE / "pds.mjs")], log=log, env=self._settings()
        )
        processes.wait_until(
            lambda: _is_healthy(f"{self.url}/xrpc/_health"),
            what="the Bluesky PDS",
            process=self._pds,
            log=log,
            within_s=90,
        )

    def stop(self) -> None:
        """End the PDS; its port refuses connections from now on."""
        processes.end(self._pds)

    def close(self) -> None:
        self.stop()
        processes.end(self._plc)

    def _start_plc(self) -> "subprocess.Popen[bytes]":
        log = self._home / "plc.log"
        process = processes.start(
            [*peers.loopback_node(), str(peers.HERE / "plc.cjs")],
            log=log,
            env={
                "PEERS_ROOT": str(peers.installed()),
                "PLC_PORT": str(self._plc_port),
                "LOG_LEVEL": "warn",
            },
        )
        processes.wait_until(
            lambda: _is_healthy(f"http://{_HOST}:{self._plc_port}/_health"),
            what="the PLC directory",
            process=process,
            log=log,
            within_s=60,
        )
        return process

    def _settings(self) -> dict[str, str]:
        return {
            "PEERS_ROOT": str(peers.installed()),
            "PDS_HOSTNAME": "localhost",
            "PDS_PORT": str(self._port),
            "PDS_DATA_DIRECTORY": str(self._home),
            "PDS_BLOBSTORE_DISK_LOCATION": str(self._home / "blobs"),
            "PDS_BLOBSTORE_DISK_TMP_LOCATION": str(self._home / "uploads"),
            "PDS_BLOB_UPLOAD_LIMIT": str(5 * 1024 * 1024),
            "PDS_DID_PLC_URL": f"http://{_HOST}:{self._plc_port}",
            "PDS_INVITE_REQUIRED": "false",
            "PDS_DEV_MODE": "true",
            "PDS_RATE_LIMITS_ENABLED": str(self._rate_limits).lower(),
            "PDS_JWT_SECRET": "only for tests",
            "PDS_DPOP_SECRET": f"{2:064x}",
            "PDS_ADMIN_PASSWORD": "only for tests",
            "PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX": f"{3:064x}",
            "LOG_ENABLED": "true",
            "LOG_LEVEL": "warn",
        }

    def _call(self, method: str, body: dict[str, str], token: str = "") -> dict[str, str]:
        answer = requests.post(
            f"{self.url}/xrpc/{method}",
            json=body,
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=_PATIENCE_S,
        )
        if not answer.ok:
            raise processes.ServerError(f"the PDS refused {method}: {answer.text}")
        found: dict[str, str] = answer.json()
        return found


def _is_healthy(url: str) -> bool:
    try:
        return requests.get(url, timeout=_PATIENCE_S).ok
    except requests.ConnectionError:
        return False
