"""`kindly up`: every part of Kindly on one machine, under one supervisor.

The first start also makes a login, simulated channels and one sample story, so that a newcomer
sees cards, links, posts and receipts within a minute. Nothing of it leaves the machine.
"""

import errno
import json
import logging
import os
import shutil
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import click

from service import broker, clock, intake, logs
from service.accounts import add_account
from service.config import Settings
from service.domain.delivery import Delivery, DeliveryState, HoldReason
from service.domain.errors import Misconfigured
from service.domain.plan import RuleMode
from service.domain.story import StoryEvent, StoryEventKind
from service.house import House, build
from service.nudge import QUEUE, SilentNudger
from service.reading import read_story
from service.signing_in import first_login
from service.storage.channels import ChannelStore
from service.storage.deliveries import DeliveryStore
from service.storage.migrating import migrate
from service.storage.stories import Photo, StoryStore
from service.supervisor import Program, only_one
from service.supervisor import run as supervise

_ROOT = Path(__file__).parent.parent
SAMPLE = _ROOT / "assets" / "sample"
SAMPLE_SOURCE = "sample"
_SHOW_RECEIPTS_FOR_S = 60
# A web server whose supervisor was killed takes a moment to leave its port.
_PORT_PATIENCE_S = 3.0

# One of them waits for approval, so that a newcomer has something to press.
_SIMULATED = {
    "x": RuleMode.AUTOMATIC,
    "bluesky": RuleMode.AUTOMATIC,
    "mastodon": RuleMode.AUTOMATIC,
    "telegram": RuleMode.AUTOMATIC,
    "facebook": RuleMode.AUTOMATIC,
    "linkedin": RuleMode.REVIEW,
}


def run(settings: Settings) -> int:
    """Run until Ctrl-C; returns the exit code."""
    logs.set_up(settings.log_format, level=logging.WARNING)  # the parts have logs of their own
    try:
        with only_one(settings.data_dir):
            code = _start_and_watch(settings)
    except KeyboardInterrupt:
        code = 0  # pressed before anything was started: there is nothing to stop
    if code == 0:
        click.echo("Kindly has stopped")
    return code


def _start_and_watch(settings: Settings) -> int:
    house = build(settings, nudger=SilentNudger())
    check_port(settings)
    house.prove_storage()
    click.echo("Kindly starts: database")
    migrate(house.database)
    parts = programs(settings)
    click.echo(f"Kindly starts: {', '.join(part.name for part in parts)}")
    return supervise(
        parts,
        log_dir=settings.data_dir / "logs",
        # The login and the sample are made here and not earlier: a start that is broken off
        # would take the only showing of the password with it.
        on_ready=lambda: _greet(house),
    )


def check_port(settings: Settings) -> None:
    """Refuse a port that the web server could not listen on; raises Misconfigured."""
    give_up_at = time.monotonic() + _PORT_PATIENCE_S
    while problem := _port_problem(settings.host, settings.port):
        if problem.errno != errno.EADDRINUSE or time.monotonic() > give_up_at:
            raise Misconfigured(_port_advice(settings, problem)) from problem
        time.sleep(0.1)


def _port_problem(host: str, port: int) -> OSError | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # As gunicorn does it: connections of an earlier life, still closing, are no hindrance.
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        return error
    return None


def _port_advice(settings: Settings, problem: OSError) -> str:
    where = f"port {settings.port} on {settings.host}"
    if problem.errno == errno.EADDRINUSE:
        return f"{where} is taken by another program: stop it, or set KINDLY_PORT to a free port"
    if problem.errno == errno.EACCES:
        return f"{where} is not open to this user: set KINDLY_PORT to a port above 1023"
    return (
        f"{settings.host} is not an address of this machine: "
        "set KINDLY_HOST to 127.0.0.1, or to 0.0.0.0 for all networks"
    )


# -- the programs -------------------------------------------------------------------------------


def programs(settings: Settings) -> list[Program]:
    """Every part, in the order in which they start."""
    environment = {
        "KINDLY_DATA_DIR": str(settings.data_dir.absolute()),
        "PYTHONUNBUFFERED": "1",
    }
    embedded = []
    if settings.embeds_redis:
        directory = settings.data_dir / "redis"
        embedded = [broker.program(port=settings.redis_port, directory=directory)]
    return [
        *embedded,
        Program(
            name="web",
            argv=web_command(settings),
            env=environment,
            ready=lambda: _ask(settings, "/healthz") is not None,
        ),
        Program(name="worker", argv=worker_command(), env=environment),
        Program(
            name="dispatcher",
            argv=[_beside("kindly"), "dispatcher"],
            env=environment,
            ready=lambda: _dispatcher_leads(settings),
        ),
    ]


def web_command(settings: Settings) -> list[str]:
    return [
        _beside("gunicorn"),
        *("--config", str(_ROOT / "gunicorn.conf.py")),
        *("--bind", f"{settings.host}:{settings.port}"),
        "service.app:create_app()",
    ]


def worker_command() -> list[str]:
    return [
        _beside("celery"),
        *("-A", "workers.app", "worker", "-P", "threads", "-c", "8", "-Q", QUEUE),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]


def _beside(command: str) -> str:
    """A command of our own environment, whatever the PATH says."""
    path = shutil.which(command, path=os.path.dirname(sys.executable))  # noqa: PTH120 - a PATH
    if path is None:
        raise Misconfigured(f"{command} is not installed beside Python: run `make install`")
    return path


def _dispatcher_leads(settings: Settings) -> bool:
    body = _ask(settings, "/readyz")
    return body is not None and json.loads(body)["parts"]["dispatcher"] == "ok"


def _ask(settings: Settings, path: str) -> bytes | None:
    """What our own web server answers; None while it does not."""
    try:
        with urllib.request.urlopen(
            f"http://{settings.host}:{settings.port}{path}", timeout=2
        ) as answer:
            body: bytes = answer.read()
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return None
    return body


# -- the first start ----------------------------------------------------------------------------


def _first_story(house: House) -> str | None:
    """Take the sample story in where nothing has been set up yet; returns its id."""
    with house.database.read() as tx:
        if ChannelStore(tx).all() or StoryStore(tx).count():
            return None
    for style, mode in _SIMULATED.items():
        add_account(
            house,
            f"our-{style}",
            "simulated",
            {"style": style, "base_url": house.settings.public_address},
            {},
            mode=mode,
            actor="first start",
            now=clock.now(),
        )
    return _take_in_sample(house)


def _take_in_sample(house: House) -> str | None:
    draft = read_story(str(SAMPLE / "story.json"), fetcher=house.fetcher)
    now = clock.now()
    event = StoryEvent(
        source=SAMPLE_SOURCE,
        external_id=SAMPLE_SOURCE,
        kind=StoryEventKind.PUBLISHED,
        dedupe_key=SAMPLE_SOURCE,
        stamp=now,
        content=draft.content,
    )
    event_id = intake.receive(house.database, event, now=now)
    story_id = intake.apply(house.database, event_id, now=now) if event_id else None
    if story_id and draft.photo:
        # The sample's photo lies beside it; no address leads there.
        url = draft.content.image.url if draft.content.image else ""
        photo = Photo(url=url, digest=house.renditions.put_photo(draft.photo))
        with house.database.write() as tx:
            StoryStore(tx).keep_photo(story_id, photo)
    return story_id


# -- what the newcomer sees ---------------------------------------------------------------------


def _greet(house: House) -> None:
    click.echo(f"\nKindly runs: {house.settings.public_address}/desk")
    if login := first_login(house):
        click.echo(f"  sign in as {login[0]} with the password {login[1]} (shown this once)")
    click.echo("  Ctrl-C stops it; the next start finds everything again\n")
    if sample := _first_story(house):
        threading.Thread(target=_show_receipts, args=(house, sample), daemon=True).start()


def _show_receipts(house: House, story_id: str) -> None:
    """Tell how the sample story goes out, channel by channel."""
    click.echo("A sample story is on its way to the simulated channels:")
    shown: set[str] = set()
    give_up_at = time.monotonic() + _SHOW_RECEIPTS_FOR_S
    while time.monotonic() < give_up_at:
        with house.database.read() as tx:
            deliveries = DeliveryStore(tx).of_story(story_id)
            names = {channel.id: channel.name for channel in ChannelStore(tx).all()}
        for delivery in deliveries:
            line = _line(delivery)
            if line and delivery.id not in shown:
                shown.add(delivery.id)
                click.echo(f"  {names[delivery.channel_id]:22} {line}")
        if deliveries and len(shown) == len(deliveries):
            click.echo(f"See it: {house.settings.public_address}/desk/stories/{story_id}")
            return
        time.sleep(0.3)


def _line(delivery: Delivery) -> str:
    if delivery.state is DeliveryState.DELIVERED:
        return f"out: {delivery.remote_url}"
    if delivery.hold_reason is HoldReason.REVIEW:
        return "waits for your approval"
    if delivery.state is DeliveryState.FAILED:
        return f"failed: {delivery.problem}"
    return ""
