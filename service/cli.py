"""The `kindly` command: what an operator types.

Every failure that a person can mend ends in one sentence on standard error and exit code 2.
"""

import os
import shlex
import sys
from collections.abc import Iterable
from datetime import timedelta
from importlib.metadata import entry_points
from pathlib import Path
from typing import IO, Any

import click
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from service import clock, logs
from service.accounts import add_account, check_account, faces
from service.brands import brands as worn_brands
from service.brands import keep_brand, remove_brand, site_label
from service.cards.draw import Drawing
from service.cards.template.brand import Brand
from service.cards.template.catalogue import names as template_names
from service.cards.template.catalogue import templates, try_out
from service.channels.base import Face
from service.config import load_settings
from service.desk import Desk
from service.domain.card import CardSize, ImageFormat
from service.domain.errors import BadPayload, Conflict, HouseError, NotFound, Unavailable
from service.domain.plan import Rule, RuleMode
from service.fonts.fetching import absent_sets, fetch
from service.fonts.listing import listed_fonts
from service.gallery import Choice, write_gallery
from service.house import House, build
from service.keys import (
    load_keys,
    new_private_key,
    new_secret,
    public_half,
    with_new_card_key,
)
from service.kit import Wishes, make_kit
from service.nudge import SilentNudger
from service.signing_in import change_password, create_person
from service.sources import adapters, add_webhook_source, check_source, rotate_secret
from service.storage.channels import ChannelStore
from service.storage.migrating import migrate as migrate_database
from service.storage.sources import SourceStore
from service.storage.staff import StaffStore
from service.studio import CardWishes, details_from, focus_from, make_card
from service.up import run as run_everything

FAULT = 2
INTERRUPTED = 130
OPERATOR = "the operator"
_LONGEST_TOKEN_NAME = 64
_TEMPLATE_FILES = (".yaml", ".yml")


def main() -> None:
    """Run the command and leave with its exit code."""
    try:
        kindly.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(FAULT)


class Fault(click.ClickException):
    """One sentence for the operator."""

    exit_code = FAULT

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"kindly: {self.message}", file=file, err=True)


class _Commands(click.Group):
    """Lists its commands in the order in which a newcomer meets them, not by the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except HouseError as error:
            raise Fault(str(error)) from error
        except OSError as error:
            # A file or folder that the operator named; anything else is a fault of ours.
            if error.filename is None:
                raise
            raise Fault(f"{error.filename} cannot be used ({error.strerror})") from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kindly", message="%(prog)s %(version)s")
def kindly() -> None:
    """Share cards, share links and social posts for newsrooms.

    `kindly up` starts everything on this machine. `kindly share` needs no server. Settings come
    from KINDLY_... variables of the environment; README lists them.
    """


# -- running ------------------------------------------------------------------------------------


@kindly.command()
def up() -> None:
    """Run everything on this machine until Ctrl-C."""
    sys.exit(run_everything(load_settings()))


@kindly.command(short_help="Make cards, links and posts of one story, without a server.")
@click.argument("source")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder to write: a new one, an empty one, or that of an older kit.",
)
@click.option("--site", default="", help="The site's name, where the source does not tell it.")
@click.option("--url", default="", help="The story's address, where the source does not tell it.")
@click.option(
    "--photo",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A picture for the cards, instead of the story's own.",
)
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


# -- cards --------------------------------------------------------------------------------------


@kindly.group(cls=_Commands, invoke_without_command=True, short_help="Draw one card into a file.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="The file.")
@click.option("--from", "source", default="", help="A story: address, HTML, text or JSON file.")
@click.option("--headline", default="", help="Instead of the story's own; so are the others.")
@click.option("--kicker", default="", help="The few words above the headline.")
@click.option("--byline", default="", help="Who wrote it.")
@click.option("--site", "site_name", default="", help="The site's name.")
@click.option("--credit", default="", help="Whose photo it is.")
@click.option("--url", default="", help="The story's address, where the card shows it.")
@click.option("--language", default="", help="A tag such as ar or pt-BR.")
@click.option("--photo", type=click.Path(path_type=Path, dir_okay=False), help="A picture.")
@click.option(
    "--portrait", type=click.Path(path_type=Path, dir_okay=False), help="Who speaks or writes."
)
@click.option("--focus", metavar="X,Y", help="What of the photo must stay, such as 0.5,0.3.")
@click.option(
    "--template",
    default="standard",
    help="One of `kindly card templates`, or a template file such as ./mine.yaml.",
)
@click.option("--field", "fields", multiple=True, metavar="NAME=VALUE", help="Of the template.")
@click.option(
    "--size",
    type=click.Choice([size.key for size in CardSize]),
    default=CardSize.OG.key,
    help="Where it goes; og is the link preview.",
)
@click.option(
    "--format",
    "ending",
    type=click.Choice([kind.value for kind in ImageFormat]),
    help="Else the file's ending decides.",
)
@click.pass_context
def card(
    context: click.Context,
    /,
    output: Path | None,
    size: str,
    ending: str | None,
    focus: str | None,
    fields: tuple[str, ...],
    **said: Any,
) -> None:
    """Draw one card into a file, without a server: `kindly card --headline ... --output x.jpg`.

    Says how large it became, whether a text was shortened, and what no font could write.
    """
    if context.invoked_subcommand:
        return
    if output is None:
        raise BadPayload("--output is missing: name the file for the card, such as card.jpg")
    said["template"] = _template(said["template"])
    wishes = CardWishes(
        focus=focus_from(focus) if focus else None, details=details_from(fields), **said
    )
    drawing = make_card(
        wishes,
        output,
        size=CardSize.from_key(size),
        image_format=ImageFormat(ending) if ending else None,
        settings=load_settings(),
    )
    _report(output, drawing)


def _report(output: Path, drawing: Drawing) -> None:
    size, length = drawing.rendition.size, len(drawing.rendition.data)
    click.echo(f"{output}: {size.width}x{size.height}, {length} bytes")
    if drawing.is_shortened:
        click.echo("a text was too long and ends in an ellipsis")
    if drawing.missing:
        missing = drawing.missing_points
        click.echo(f"no font has these characters, which were left out: {missing}")
        absent = absent_sets()
        if absent:
            fonts_for = " and for ".join(absent)
            click.echo(f"fonts for {fonts_for} are not here: `kindly fonts fetch` brings them")


def _template(named: str) -> str:
    """Return the name of a template; one that is a file is loaded for this run alone."""
    return try_out(Path(named)) if named.endswith(_TEMPLATE_FILES) else named


@card.command("templates", short_help="Show every template and its fields.")
def list_templates() -> None:
    """Show every template, what it is for, and the fields that `--field` fills."""
    for name, template in templates().items():
        click.echo(f"{name:12} {template.about}")
        for field, spec in template.fields.items():
            takes = f"at most {spec.longest} characters{', needed' if spec.required else ''}"
            hint = f": {spec.hint}" if spec.hint else ""
            click.echo(f"{'':14}{field} ({spec.label}, {takes}){hint}")


@card.command("gallery", short_help="Draw every template with every awkward story, on a page.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("gallery"),
    show_default=True,
    help="The folder to write: a new one, an empty one, or that of an older gallery.",
)
@click.option(
    "--template",
    "named",
    multiple=True,
    help="Only this one, or a template file such as ./mine.yaml; may be repeated.",
)
@click.option(
    "--size",
    "sizes",
    type=click.Choice([size.key for size in CardSize]),
    multiple=True,
    help="Only this size; may be repeated.",
)
@click.option("--story", "stories", multiple=True, help="Only this story; may be repeated.")
def write_card_gallery(
    output: Path, named: tuple[str, ...], sizes: tuple[str, ...], stories: tuple[str, ...]
) -> None:
    """Draw every template in every size with every awkward story, on one page.

    For whoever makes a template: what a card breaks of its promises stands beneath it.
    """
    choice = Choice(
        templates=[_template(name) for name in named] or template_names(),
        sizes=[CardSize.from_key(key) for key in sizes] or tuple(CardSize),
        stories=stories,
    )
    exhibits = write_gallery(output, choice, tell=_tell)
    faulty = sum(bool(exhibit.findings) for exhibit in exhibits)
    click.echo(f"{len(exhibits)} cards, {faulty} with findings: open {output / 'index.html'}")


@card.command("key", short_help="Print a new key for addresses; old ones stay good.")
def new_card_key() -> None:
    """Print KINDLY_CARD_KEYS with a new key in front; addresses made before stay good.

    An entry that is taken out is retired: its addresses are refused from then on.
    """
    click.echo(f"KINDLY_CARD_KEYS={with_new_card_key(load_keys(load_settings()))}")


@card.command("sweep", short_help="Remove finished pictures of older templates.")
@click.option(
    "--older-than", type=click.IntRange(0), metavar="DAYS", help="Also what was drawn before that."
)
@click.option("--dry-run", is_flag=True, help="Only say how much it would be.")
def sweep_cards(older_than: int | None, *, dry_run: bool) -> None:
    """Remove finished pictures of older templates; they are drawn again when asked for.

    Photos and cards stay, so every address that is out there keeps working.
    """
    settings = load_settings()
    logs.set_up(settings.log_format)
    before = None if older_than is None else clock.now() - timedelta(days=older_than)
    renditions = build(settings, nudger=SilentNudger()).renditions
    swept = renditions.sweep(before=before, is_rehearsal=dry_run)
    said = "would be removed" if dry_run else "removed"
    click.echo(f"{swept.files} pictures, {swept.size} bytes {said}")


@kindly.group(cls=_Commands, invoke_without_command=True, short_help="Show the fonts of cards.")
@click.pass_context
def fonts(context: click.Context) -> None:
    """Show the fonts of cards: what each writes, its size and its licence."""
    if context.invoked_subcommand:
        return
    found = listed_fonts()
    for each in found:
        size = "not here" if each.size is None else f"{each.size / 1e6:.1f} MB"
        click.echo(f"{each.name:24} {size:>9}  {each.licence:8}  {each.writes}")
    click.echo(f"{sum(each.size or 0 for each in found) / 1e6:.1f} MB in all")


@fonts.command("fetch", short_help="Bring the fonts that are too large for git.")
def fetch_fonts() -> None:
    """Bring fonts for Chinese, Japanese, Korean and emoji, through this machine's packages.

    What is here already is not brought again. Servers that run must be started anew.
    """
    missing = fetch(tell=_tell)
    if missing:
        raise Unavailable(
            f"no package manager of this machine brought fonts for {' and '.join(missing)}: cards "
            "leave those characters out and report it; `kindly fonts fetch` tries again"
        )


# -- brands -------------------------------------------------------------------------------------


@kindly.group(cls=_Commands)
def brand() -> None:
    """What the cards of a site wear: its colours, logo and fonts."""


@brand.command("set")
@click.argument("site", default="")
@click.option("--colour", "colours", multiple=True, metavar="NAME=#RRGGBB", help="Such as accent.")
@click.option(
    "--logo", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="A picture."
)
@click.option("--font", "fonts", multiple=True, metavar="NAME=FILE", help="Such as headline.")
def set_brand(
    site: str, colours: tuple[str, ...], logo: Path | None, fonts: tuple[str, ...]
) -> None:
    """Dress the cards of SITE; without SITE, of every site that has no brand of its own.

    What is not named stays as it was. Cards that are out there keep the brand they had.
    """
    if not (colours or logo or fonts):
        raise BadPayload("nothing was named: say --colour, --logo or --font")
    kept = keep_brand(
        _house(),
        site,
        colours=_pairs(colours, "--colour accent=#0B6E63"),
        logo=logo.read_bytes() if logo else None,
        fonts={
            role: Path(file).read_bytes()
            for role, file in _pairs(fonts, "--font headline=serif.ttf").items()
        },
        actor=OPERATOR,
        now=clock.now(),
    )
    click.echo(f"{site_label(kept.site)}: {_worn(kept.brand)}")
    for role, facts in kept.fonts.items():
        told = f"{facts.name}, {facts.characters} characters, {facts.permission}"
        click.echo(f"  {role}: {told}")
    for warning in kept.warnings:
        click.echo(f"  note: {warning}", err=True)


@brand.command("list")
def list_brands() -> None:
    """Show every brand and which site's cards wear it."""
    found = worn_brands(_house())
    for kept, each in found:
        click.echo(f"{site_label(kept.site):24} {_worn(each)}")
    if not found:
        click.echo("there are no brands yet: `kindly brand set` adds one")


@brand.command("remove")
@click.argument("site", default="")
def take_brand_off(site: str) -> None:
    """Take the brand of SITE off the cards that are made from now on."""
    remove_brand(_house(), site, actor=OPERATOR, now=clock.now())
    click.echo(f"{site_label(site)} has no brand any more")


def _worn(brand: Brand) -> str:
    """What a brand consists of, in one line."""
    fonts = [f"font {role}" for role, _ in brand.fonts]
    parts = [f"{name} {value}" for name, value in brand.colours]
    return ", ".join([*parts, *["logo"] * bool(brand.logo), *fonts])


# -- channels and rules -------------------------------------------------------------------------


@kindly.group(cls=_Commands)
def channel() -> None:
    """Accounts that Kindly posts from."""


@channel.command("kinds")
def list_kinds() -> None:
    """Show every kind of channel and what it must be told."""
    for kind, face in faces().items():
        click.echo(f"{kind:12} {_needs_of(face)}")


@channel.command("add")
@click.argument("name")
@click.option("--kind", required=True, help="One of `kindly channel kinds`.")
@click.option(
    "--set", "settings", multiple=True, metavar="FIELD=VALUE", help="A setting of that kind."
)
@click.option("--review", is_flag=True, help="Posts wait for a person's approval.")
@click.option("--no-rule", is_flag=True, help="Add no rule; without one nothing is posted.")
def add_channel(
    name: str, kind: str, settings: tuple[str, ...], *, review: bool, no_rule: bool
) -> None:
    """Add an account. Its secrets are asked for, or read from KINDLY_INPUT_<FIELD>."""
    house, pairs = _house(), _pairs(settings)
    fields = check_account(house, name, kind, pairs)
    secrets = {field: _ask_secret(field) for field in fields}
    mode = None if no_rule else RuleMode.REVIEW if review else RuleMode.AUTOMATIC
    add_account(house, name, kind, pairs, secrets, mode=mode, actor=OPERATOR, now=clock.now())
    click.echo(f"channel {name} added")
    click.echo(f"prove that it works: kindly channel test {shlex.quote(name)}")


@channel.command("list")
def list_channels() -> None:
    """Show every channel and whether it is paused."""
    with _house().database.read() as tx:
        found = ChannelStore(tx).all()
    for each in found:
        state = f"paused: {each.pause_reason}" if each.is_paused else "open"
        click.echo(f"{each.name:24} {each.kind:12} {state}")
    if not found:
        click.echo("there are no channels yet: `kindly channel add` adds one")


@channel.command("pause")
@click.argument("name")
def pause_channel(name: str) -> None:
    """Send nothing more on a channel until it is resumed."""
    house = _house()
    Desk(house, OPERATOR).pause(_channel_id(house, name), now=clock.now())
    click.echo(f"channel {name} is paused")


@channel.command("resume")
@click.argument("name")
def resume_channel(name: str) -> None:
    """Let a paused channel send again."""
    house = _house()
    Desk(house, OPERATOR).resume(_channel_id(house, name), now=clock.now())
    click.echo(f"channel {name} is open")


@kindly.group(cls=_Commands)
def rule() -> None:
    """Which stories go to which channel."""


@rule.command("add")
@click.argument("channel_name", metavar="CHANNEL")
@click.option("--section", "sections", multiple=True, help="Only stories of this section.")
@click.option("--tag", "tags", multiple=True, help="Only stories with this tag.")
@click.option("--language", "languages", multiple=True, help="Only stories in this language.")
@click.option("--review", is_flag=True, help="Posts wait for a person's approval.")
@click.option(
    "--position",
    default=0,
    help="Lower is asked first, and the first that fits decides; else last.",
)
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
    house = _house()
    new = Rule(
        id="",
        channel_id=_channel_id(house, channel_name),
        mode=RuleMode.REVIEW if review else RuleMode.AUTOMATIC,
        sections=sections,
        tags=tags,
        languages=languages,
        position=position,
    )
    with house.database.write() as tx:
        rule_id = ChannelStore(tx).add_rule(new)
        _trail(tx, "add rule", channel_name)
    click.echo(f"rule {rule_id} added")


@rule.command("list")
def list_rules() -> None:
    """Show the rules in the order in which they are asked."""
    with _house().database.read() as tx:
        names = {found.id: found.name for found in ChannelStore(tx).all()}
        rules = ChannelStore(tx).rules()
    for found in rules:
        wanted = [*found.sections, *found.tags, *found.languages]
        conditions = ", ".join(wanted) or "every story"
        click.echo(f"{found.id}  {conditions} -> {names[found.channel_id]} ({found.mode})")
    if not rules:
        click.echo("there are no rules yet: `kindly rule add` adds one")


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


@kindly.group(cls=_Commands)
def source() -> None:
    """CMSs that may send stories."""


@source.command("kinds")
def list_source_kinds() -> None:
    """Show every kind of CMS."""
    for kind, adapter in adapters().items():
        click.echo(f"{kind:12} {adapter.label}")


@source.command("add")
@click.argument("name")
@click.option("--kind", required=True, help="One of `kindly source kinds`.")
def add_source(name: str, kind: str) -> None:
    """Let a CMS send stories to /webhooks/NAME.

    Its secret is asked for, or read from KINDLY_INPUT_WEBHOOK_SECRET; a new one is made where
    that is left empty.
    """
    house = _house()
    check_source(house, name, kind)
    asked = _ask_secret("webhook_secret", empty_makes_one=True)
    secret = add_webhook_source(house, name, kind, asked, actor=OPERATOR, now=clock.now())
    click.echo(f"send webhooks to {house.settings.public_address}/webhooks/{name}")
    if not asked:
        click.echo(f"their secret, shown this once: {secret}")


@source.command("rotate")
@click.argument("name")
def rotate_source(name: str) -> None:
    """Give a CMS a new secret; its last one stays good until the next rotation.

    The new one is asked for, or read from KINDLY_INPUT_WEBHOOK_SECRET; one is made where that is
    left empty.
    """
    asked = _ask_secret("webhook_secret", empty_makes_one=True)
    secret = rotate_secret(_house(), name, asked, actor=OPERATOR, now=clock.now())
    click.echo(f"source {name} has a new secret; the one before it still works")
    if not asked:
        click.echo(f"the new one, shown this once: {secret}")


@source.command("list")
def list_sources() -> None:
    """Show every source and its address."""
    house = _house()
    with house.database.read() as tx:
        found = SourceStore(tx).all()
    for each in found:
        address = f"{house.settings.public_address}/webhooks/{each.name}"
        click.echo(f"{each.name:24} {each.kind:12} {address}")
    if not found:
        click.echo("there are no sources yet: `kindly source add` adds one")


@kindly.group(cls=_Commands)
def staff() -> None:
    """People who may sign in."""


@staff.command("add")
@click.argument("email")
@click.option("--name", default="", help="How the person is called; else the address.")
def add_staff(email: str, name: str) -> None:
    """Add a person; the password is asked for, or read from KINDLY_INPUT_PASSWORD."""
    house = _house()
    password = _ask_secret("password", twice=True)
    create_person(house, email=email, name=name or email, password=password)
    with house.database.write() as tx:
        _trail(tx, "add staff", email)
    click.echo(f"{email} may sign in at {house.settings.public_address}/desk")


@staff.command("password")
@click.argument("email")
def change_staff_password(email: str) -> None:
    """Give a person a new password and end their sessions; asked for as in `staff add`."""
    house = _house()
    change_password(house, email=email, password=_ask_secret("password", twice=True))
    with house.database.write() as tx:
        _trail(tx, "change password", email)
    click.echo(f"{email} has a new password and is signed out everywhere")


@kindly.group(cls=_Commands)
def token() -> None:
    """Tokens for the API."""


@token.command("add")
@click.argument("name")
def add_token(name: str) -> None:
    """Make a token for the API and show it once."""
    if not 0 < len(name.strip()) <= _LONGEST_TOKEN_NAME:
        raise BadPayload(f"a token's name has 1 to {_LONGEST_TOKEN_NAME} characters")
    try:
        with _house().database.write() as tx:
            value = StaffStore(tx).add_token(name, now=clock.now())
            _trail(tx, "add token", name)
    except IntegrityError as error:
        raise Conflict(f"there is a token {name} already: choose another name") from error
    click.echo(value)


@token.command("list")
def list_tokens() -> None:
    """Show the names of all tokens; what they are can't be shown again."""
    with _house().database.read() as tx:
        names = StaffStore(tx).tokens()
    for name in names:
        click.echo(name)
    if not names:
        click.echo("no token yet: `kindly token add` makes one")


@token.command("remove")
@click.argument("name")
def remove_token(name: str) -> None:
    """Take a token back; whoever uses it is refused from now on."""
    with _house().database.write() as tx:
        if not StaffStore(tx).remove_token(name):
            raise NotFound(f"there is no token {name}: `kindly token list` shows them")
        _trail(tx, "remove token", name)
    click.echo(f"token {name} is no longer good")


# -- installing ---------------------------------------------------------------------------------


@kindly.command()
def keys() -> None:
    """Print fresh keys for a production environment."""
    private = new_private_key()
    click.echo(f"KINDLY_SECRET_KEY={new_secret()}")
    click.echo(f"KINDLY_SEAL_PUBLIC_KEY={public_half(private)}")
    # A line of its own: not everything that reads such files knows comments behind a value.
    click.echo("# for workers only:")
    click.echo(f"KINDLY_SEAL_PRIVATE_KEY={private}")


@kindly.command(short_help="Bring the database to this release's form.")
def migrate() -> None:
    """Bring the database to the form that this release expects, and try the pictures' bucket."""
    _house().prove_storage()
    click.echo("the database is up to date")


# -- parts --------------------------------------------------------------------------------------


def _house() -> House:
    """Open the house; the database is migrated first where that was not done."""
    settings = load_settings()
    logs.set_up(settings.log_format)
    house = build(settings, nudger=SilentNudger())
    migrate_database(house.database)
    return house


def _needs_of(face: Face) -> str:
    """The settings and secrets of a kind, those in brackets may be left out."""
    settings = [
        f"--set {name}=…" if field.is_required() else f"[--set {name}=…]"
        for name, field in face.settings_model.model_fields.items()
    ]
    secrets = ", ".join(face.secrets_model.model_fields)
    return " ".join([*settings, f"(asks for {secrets})" if secrets else ""]).strip()


def _ask_secret(field: str, *, empty_makes_one: bool = False, twice: bool = False) -> str:
    """Ask without echo; never a command-line argument, which every process list shows."""
    given = os.environ.get(f"KINDLY_INPUT_{field.upper()}")
    if given is not None:
        return given
    hint = " (empty: a new one is made)" if empty_makes_one else ""
    asked: str = click.prompt(
        f"{field.replace('_', ' ')}{hint}",
        hide_input=True,
        confirmation_prompt=twice,
        default="" if empty_makes_one else None,
        show_default=False,
    )
    return asked


def _pairs(settings: Iterable[str], example: str = "--set pds=...") -> dict[str, str]:
    pairs = {}
    for setting in settings:
        field, equals, value = setting.partition("=")
        if not equals:
            option = example.partition(" ")[0]
            raise BadPayload(f"{option} {setting} is not NAME=VALUE: write for example {example}")
        pairs[field.strip()] = value
    return pairs


def _channel_id(house: House, name: str) -> str:
    with house.database.read() as tx:
        found = ChannelStore(tx).find(name)
    if found is None:
        raise NotFound(f"there is no channel {name}: `kindly channel list` shows them")
    return found.id


def _trail(tx: Connection, action: str, subject: str) -> None:
    StaffStore(tx).audit(OPERATOR, action, subject, now=clock.now())


for _group, _entries in ((kindly, "kindly.commands"), (channel, "kindly.channel_commands")):
    for _entry in entry_points(group=_entries):
        _group.add_command(_entry.load(), _entry.name)
