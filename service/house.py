"""The parts that every process is made of, joined once from the settings."""

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.exc import ArgumentError

from service.cards.bucket import Bucket, Credentials, bucket_address
from service.cards.renditions import RenditionStore
from service.config import Settings
from service.domain.errors import Misconfigured
from service.fetching import Fetcher
from service.keys import Keys, load_keys
from service.nudge import Nudger, SilentNudger
from service.storage.database import Database


@dataclass(frozen=True)
class House:
    """One process's parts. Cheap to make; connections open when first used."""

    settings: Settings
    keys: Keys
    database: Database
    nudger: Nudger | SilentNudger

    @cached_property
    def renditions(self) -> RenditionStore:
        return RenditionStore(self.settings.data_dir / "pictures", shelf=self.bucket)

    @cached_property
    def bucket(self) -> Bucket | None:
        """Where the pictures are, unless they are in the data folder."""
        return _bucket(self.settings)

    def prove_storage(self) -> None:
        """Raise Misconfigured where pictures could never be kept.

        Asks the bucket, so only what serves or sends for long does it, and after any forking.
        """
        if self.bucket is not None:
            self.bucket.prove()

    @cached_property
    def fetcher(self) -> Fetcher:
        return Fetcher(allow_private=self.settings.allow_private_hosts)


def build(settings: Settings, *, nudger: Nudger | SilentNudger | None = None) -> House:
    """Join the parts; raises Misconfigured where a setting cannot work."""
    _bucket(settings)
    return House(
        settings=settings,
        keys=load_keys(settings),
        database=_database(settings),
        nudger=nudger or Nudger(settings),
    )


def _bucket(settings: Settings) -> Bucket | None:
    key, secret = settings.storage_key, settings.storage_secret.get_secret_value()
    if bool(key) != bool(secret):
        raise Misconfigured(
            "KINDLY_STORAGE_KEY and KINDLY_STORAGE_SECRET belong together: set both"
        )
    if not settings.storage_url:
        return None
    return Bucket(bucket_address(settings.storage_url), Credentials(key, secret) if key else None)


def _database(settings: Settings) -> Database:
    try:
        return Database(settings.database_address)
    except (ArgumentError, ImportError, ValueError) as error:
        # The address is not repeated: it holds a password.
        raise Misconfigured(
            "KINDLY_DATABASE_URL names no database that Kindly can use: write it as "
            "postgresql://user:password@host/name, or leave it out for SQLite"
        ) from error
