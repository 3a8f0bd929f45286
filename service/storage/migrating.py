"""Brings a database to the form that this release of the code expects.

Several processes may start at once: the first migrates, the others wait for it.
"""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from service.storage.database import Database

_ADVISORY_LOCK = 0x6B696E64  # "kind"


def migrate(database: Database) -> None:
    """Bring the schema to the newest revision, in one transaction."""
    with database.write() as tx:
        if not database.is_sqlite:
            tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
        config = _config()
        config.attributes["connection"] = tx
        command.upgrade(config, "head")


def is_current(database: Database) -> bool:
    with database.read() as tx:
        found = MigrationContext.configure(tx).get_current_revision()
    return found == ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "service.storage:migrations")
    config.set_main_option("path_separator", "os")
    return config
