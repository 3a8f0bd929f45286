"""The parts of the `kindly` command that need a channel's voice; the service finds them by name."""

import signal
from types import FrameType

import click

from service import logs
from service.config import load_settings
from service.domain.errors import NotFound
from service.house import build
from service.nudge import SilentNudger
from service.storage.channels import ChannelStore
from service.storage.migrating import migrate
from workers.roster import load_roster
from workers.sweeping import Dispatcher


@click.command()
def dispatcher() -> None:
    """Find due work and hint at it, until stopped."""
    settings = load_settings()
    logs.set_up(settings.log_format)
    running = Dispatcher(build(settings, nudger=SilentNudger()), load_roster())

    def stop(_number: int, _frame: FrameType | None) -> None:
        running.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    running.run()


@click.command("test")
@click.argument("name")
def test_channel(name: str) -> None:
    """Prove that a channel's account works, without posting."""
    settings = load_settings()
    logs.set_up(settings.log_format)
    house = build(settings, nudger=SilentNudger())
    migrate(house.database)
    with house.database.read() as tx:
        channel = ChannelStore(tx).find(name)
    if channel is None:
        raise NotFound(f"there is no channel {name}: `kindly channel list` shows them")
    account = load_roster().voice(house, channel).check()
    click.echo(f"{name} works: {account}")
