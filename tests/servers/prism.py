"""Prism: answers from an official API contract and refuses requests that break it (422, 401).

It remembers nothing, so it proves that a request is well-formed and never that a post exists.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.servers import peers, processes

_ENTRY = "node_modules/@stoplight/prism-cli/dist/index.js"
_LISTENING = "is listening"


class Prism:
    """The stand-ins of one test run: one process per contract, started when first asked for."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._running: dict[Path, tuple[str, subprocess.Popen[bytes]]] = {}

    def serve(self, contract: Path) -> str:
        """The address of a stand-in that holds requests to `contract`."""
        if contract not in self._running:
            self._running[contract] = self._start(contract)
        return self._running[contract][0]

    def close(self) -> None:
        for _url, process in self._running.values():
            processes.end(process)

    def _start(self, contract: Path) -> "tuple[str, subprocess.Popen[bytes]]":
        port = processes.free_port()
        served = self._home / f"{port}-{contract.name}"
        served.write_text(_servable(contract.read_text(encoding="utf-8")), encoding="utf-8")
        log = self._home / f"{port}.log"
        words = f"mock -h {processes.HOST} -p {port}".split()
        entry = str(peers.installed() / _ENTRY)
        process = processes.start([*peers.loopback_node(), entry, *words, str(served)], log=log)
        processes.wait_until(
            lambda: _LISTENING in log.read_text(encoding="utf-8"),
            what=f"prism with {contract.name}",
            process=process,
            log=log,
            within_s=120,
        )
        return f"http://{processes.HOST}:{port}", process


def _servable(contract: str) -> str:
    """Mend the two places where Mastodon's contract is wrong about Mastodon.

    It calls headers objects, which no header can be and prism dies of. And it wants a new post
    to be a text, a picture or a poll and nothing else of the three, though a text with a picture
    is what people post every day: so here a post may be several of them.
    """
    document: dict[str, Any] = json.loads(contract)
    for operation in _operations(document):
        for parameter in operation.get("parameters", []):
            if parameter.get("in") == "header":
                parameter["schema"] = {"type": "string"}
        content = operation.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        if operation.get("operationId") == "createStatus" and "oneOf" in schema:
            schema["anyOf"] = schema.pop("oneOf")
    return json.dumps(document)


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    paths = document.get("paths", {}).values()
    return [operation for path in paths for operation in path.values() if "responses" in operation]
