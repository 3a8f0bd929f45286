"""The `kindly` command: what an operator types.

Every failure that a person can mend ends in one sentence on standard error and exit code 2.
"""

import os
import sys
from collections.abc import Iterable
from importlib.metadata import entry_points
from pathlib import Path

import click
from sqlalchemy import Connection

from service import clock, logs
from service.accounts import add_account, secret_fields
from service.config import load_settings
from service.domain.errors import BadPayload, HouseError, NotFound
from service.domain.plan import Rule, RuleMode
from service.house import House, build
from service.keys import new_private_key, new_secret, public_half
from service.kit import Wishes, make_kit
from service.nudge import SilentNudger
from service.signing_in import create_person
from service.sources import add_webhook_source
from service.storage.channels import Channel, ChannelStore
from service.storage.migrating import migrate as migrate_database
from service.storage.sources import SourceStore
from service.storage.staff import StaffStore
from service.up import run as run_everything

FAULT = 2
OPERATOR = "the operator"


def main() -> None:
    """Run the command; a HouseError becomes its sentence."""
    try:
        kindly.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(FAULT)
    except HouseError as error:
        click.echo(f"kindly: {error}", err=True)
        sys.exit(FAULT)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kindly")
def kindly() -> None:
    """Share cards, share links and social posts for newsrooms."""


# -- running ------------------------------------------------------------------------------------


@kindly.command()
def up() -> None:
    """Run everything here: database, broker, web, dispatcher and worker."""
    sys.exit(run_everything(load_settings()))


@kindly.command()
def migrate() -> None:
    """Bring the database to the form that this release expects."""
    migrate_database(_house().database)
    click.echo("the database is up to date")


@kindly.command()
def keys() -> None:
    """Print fresh keys for a production environment."""
    private = new_private_key()
    click.echo(f"KINDLY_SECRET_KEY={new_secret()}")
    click.echo(f"KINDLY_SEAL_PUBLIC_KEY={public_half(private)}")
    click.echo(f"KINDLY_SEAL_PRIVATE_KEY={private}   # workers only")


@kindly.command()
@click.argument("source")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--site", default="", help="The site's name, where the source does not tell it.")
@click.option("--url", default="", help="The story's address, where the source does not tell it.")
@click.option("--photo", type=click.Path(path_type=Path, dir_okay=False), help="A picture file.")
def share(source: str, out: Path, site: str, url: str, photo: Path | None) -> None:
    """Make cards, links, posts and page parts for one story, without a server.

    SOURCE is an address, an HTML file, a text file (first line the headline) or a JSON story.
    """
    settings = load_settings()
    logs.set_up(settings.log_format)
    wishes = Wishes(site_name=site, url=url, photo=photo)
    page = make_kit(source, out, wishes=wishes, settings=settings, tell=_tell)
    click.echo(f"done: open {page}")


def _tell(sentence: str) -> None:
    click.echo(f"  {sentence}", err=True)


# -- channels and rules -------------------------------------------------------------------------


@kindly.group()
def channel() -> None:
    """Accounts that Kindly posts from."""


@channel.command("add")
@click.argument("name")
@click.option("--kind", required=True, help="bluesky, mastodon, telegram, webhook, simulated ...")
@click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help="A setting.")
@click.option("--review", is_flag=True, help="Posts wait for a person's approval.")
@click.option("--no-rule", is_flag=True, help="Add no rule; without one nothing is posted.")
def add_channel(
    name: str, kind: str, settings: tuple[str, ...], *, review: bool, no_rule: bool
) -> None:
    """Add an account. Its secrets are asked for, or read from KINDLY_INPUT_<FIELD>."""
    secrets = {field: _ask_secret(field) for field in secret_fields(kind)}
    mode = None if no_rule else RuleMode.REVIEW if review else RuleMode.AUTOMATIC
    add_account(
        _house(),
        name,
        kind,
        _pairs(settings),
        secrets,
        mode=mode,
        actor=OPERATOR,
        now=clock.now(),
    )
    click.echo(f"channel {name} added; `kindly channel test {name}` proves that it works")


@channel.command("list")
def list_channels() -> None:
    """Show every channel and whether it is paused."""
    with _house().database.read() as tx:
        for found in ChannelStore(tx).all():
            state = f"paused: {found.pause_reason}" if found.is_paused else "open"
            click.echo(f"{found.name:24} {found.kind:12} {state}")


@channel.command("pause")
@click.argument("name")
def pause_channel(name: str) -> None:
    """Send nothing more on a channel until it is resumed."""
    with _house().database.write() as tx:
        ChannelStore(tx).pause(_channel(ChannelStore(tx), name).id, "paused by the operator")
        _trail(tx, "pause channel", name)
    click.echo(f"channel {name} is paused")


@channel.command("resume")
@click.argument("name")
def resume_channel(name: str) -> None:
    """Let a paused channel send again."""
    with _house().database.write() as tx:
        ChannelStore(tx).resume(_channel(ChannelStore(tx), name).id)
        _trail(tx, "resume channel", name)
    click.echo(f"channel {name} is open")


@kindly.group()
def rule() -> None:
    """Which stories go to which channel."""


@rule.command("add")
@click.argument("channel_name", metavar="CHANNEL")
@click.option("--section", "sections", multiple=True)
@click.option("--tag", "tags", multiple=True)
@click.option("--language", "languages", multiple=True)
@click.option("--review", is_flag=True, help="Posts wait for a person's approval.")
@click.option("--position", default=0, help="Lower comes first; the first that fits decides.")
def add_rule(
    channel_name: str,
    sections: tuple[str, ...],
    tags: tuple[str, ...],
    languages: tuple[str, ...],
    position: int,
    *,
    review: bool,
) -> None:
    """Send stories to CHANNEL; without conditions, every story."""
    with _house().database.write() as tx:
        store = ChannelStore(tx)
        rule_id = store.add_rule(
            Rule(
                id="",
                channel_id=_channel(store, channel_name).id,
                mode=RuleMode.REVIEW if review else RuleMode.AUTOMATIC,
                sections=sections,
                tags=tags,
                languages=languages,
                position=position,
            )
        )
        _trail(tx, "add rule", channel_name)
    click.echo(f"rule {rule_id} added")


@rule.command("list")
def list_rules() -> None:
    """Show the rules in the order in which they are asked."""
    with _house().database.read() as tx:
        names = {found.id: found.name for found in ChannelStore(tx).all()}
        for found in ChannelStore(tx).rules():
            wanted = [*found.sections, *found.tags, *found.languages]
            conditions = ", ".join(wanted) or "every story"
            click.echo(f"{found.id}  {conditions} -> {names[found.channel_id]} ({found.mode})")


@rule.command("remove")
@click.argument("rule_id")
def remove_rule(rule_id: str) -> None:
    """Remove a rule; what it has planned already stays planned."""
    with _house().database.write() as tx:
        if not ChannelStore(tx).remove_rule(rule_id):
            raise NotFound(f"there is no rule {rule_id}: `kindly rule list` shows them")
        _trail(tx, "remove rule", rule_id)
    click.echo("rule removed")


# -- sources, staff, tokens ---------------------------------------------------------------------


@kindly.group()
def source() -> None:
    """CMSs that may send stories."""


@source.command("add")
@click.argument("name")
@click.option("--kind", required=True, help="generic or ghost")
def add_source(name: str, kind: str) -> None:
    """Let a CMS send stories to /webhooks/NAME. The secret is asked for, or made if left empty."""
    house = _house()
    asked = _ask_secret("webhook_secret", empty_makes_one=True)
    secret = add_webhook_source(house, name, kind, asked, actor=OPERATOR, now=clock.now())
    click.echo(f"send webhooks to {house.settings.public_address}/webhooks/{name}")
    if not asked:
        click.echo(f"their secret, shown this once: {secret}")


@source.command("list")
def list_sources() -> None:
    """Show every source."""
    house = _house()
    with house.database.read() as tx:
        for found in SourceStore(tx).all():
            address = f"{house.settings.public_address}/webhooks/{found.name}"
            click.echo(f"{found.name:24} {found.kind:12} {address}")


@kindly.group()
def staff() -> None:
    """People who may sign in."""


@staff.command("add")
@click.argument("email")
@click.option("--name", default="")
def add_staff(email: str, name: str) -> None:
    """Add a person; the password is asked for, or read from KINDLY_INPUT_PASSWORD."""
    create_person(_house(), email=email, name=name or email, password=_ask_secret("password"))
    click.echo(f"{email} may sign in")


@kindly.group()
def token() -> None:
    """Tokens for the API."""


@token.command("add")
@click.argument("name")
def add_token(name: str) -> None:
    """Make a token for the API and show it once."""
    with _house().database.write() as tx:
        value = StaffStore(tx).add_token(name, now=clock.now())
        _trail(tx, "add token", name)
    click.echo(value)


# -- parts --------------------------------------------------------------------------------------


def _house() -> House:
    settings = load_settings()
    logs.set_up(settings.log_format)
    house = build(settings, nudger=SilentNudger())
    migrate_database(house.database)
    return house


def _ask_secret(field: str, *, empty_makes_one: bool = False) -> str:
    """Ask without echo; never a command-line argument, which every process list shows."""
    given = os.environ.get(f"KINDLY_INPUT_{field.upper()}")
    if given is not None:
        return given
    hint = " (empty: a new one is made)" if empty_makes_one else ""
    asked: str = click.prompt(
        f"{field.replace('_', ' ')}{hint}",
        hide_input=True,
        default="" if empty_makes_one else None,
        show_default=False,
    )
    return asked


def _pairs(settings: Iterable[str]) -> dict[str, str]:
    pairs = {}
    for setting in settings:
        field, equals, value = setting.partition("=")
        if not equals:
            raise BadPayload(f"--set {setting} is not FIELD=VALUE: write for example --set pds=...")
        pairs[field] = value
    return pairs


def _channel(store: ChannelStore, name: str) -> Channel:
    found = store.find(name)
    if found is None:
        raise NotFound(f"there is no channel {name}: `kindly channel list` shows them")
    return found


def _trail(tx: Connection, action: str, subject: str) -> None:
    StaffStore(tx).audit(OPERATOR, action, subject, now=clock.now())


for _group, _entries in ((kindly, "kindly.commands"), (channel, "kindly.channel_commands")):
    for _entry in entry_points(group=_entries):
        _group.add_command(_entry.load(), _entry.name)
