"""The Mastodon stand-in as a process of its own, as tests that kill workers need it."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from service.channels.mastodon import FACE
from service.domain.errors import Unconfirmed
from service.domain.post import Receipt
from tests.standins.carrying import job_for, voice_at
from tests.standins.mastodon import TOKEN, MastodonStandIn
from workers.channels import base
from workers.channels.mastodon import VOICE

pytestmark = pytest.mark.servers
_ROOT = Path(__file__).parents[2]


@pytest.fixture
def alone(tmp_path):
    """Start it with options; gives its address and its journal's file."""
    running = []

    def start(*options: str) -> tuple[str, Path]:
        journal = tmp_path / "journal.jsonl"
        command = [sys.executable, "-m", "tests.standins.mastodon", "--journal", str(journal)]
        process = subprocess.Popen(
            [*command, *options], cwd=_ROOT, stdout=subprocess.PIPE, text=True
        )
        running.append(process)
        assert process.stdout
        return process.stdout.readline().split()[-1], journal

    yield start
    for process in running:
        process.terminate()
        process.communicate(timeout=10)


def test_it_says_where_it_is_and_writes_every_request_down(alone):
    url, journal = alone("--flavour", "lenient")
    body = {"status": "Hello", "visibility": "public"}

    for _ in range(2):
        requests.post(
            f"{url}/api/v1/statuses",
            json=body,
            headers={"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": "one"},
            timeout=5,
        )

    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [line["path"] for line in lines] == ["/api/v1/statuses"] * 2
    assert lines[0]["body"] == body
    assert lines[0]["headers"]["idempotency-key"] == "one"
    assert len({line["created"] for line in lines}) == 2


def test_a_post_is_in_the_journal_while_its_answer_is_held_back(alone, monkeypatch):
    monkeypatch.setattr(base, "READ_TIMEOUT_S", 0.5)
    url, journal = alone("--flavour", "strict", "--delay-create", "30")
    with MastodonStandIn() as shape:
        voice = voice_at(shape, FACE, VOICE, url=url)
    job = job_for(FACE, voice)
    started = time.monotonic()

    with pytest.raises(Unconfirmed):
        voice.publish(job)
    found = voice.look(job)

    assert time.monotonic() - started < 10
    created = [json.loads(line)["created"] for line in journal.read_text().splitlines()]
    assert isinstance(found, Receipt)
    assert found.remote_id in created
