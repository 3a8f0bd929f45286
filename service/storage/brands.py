"""Which brand dresses a site's cards; what a brand consists of is kept with the pictures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from service.storage.tables import brand as table

# The site of all sites that have no brand of their own.
EVERY_SITE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteBrand:
    """`digest` names the brand among what is kept with the pictures."""

    site: str
    digest: str
    updated_at: datetime


class BrandStore:
    def __init__(self, tx: Connection) -> None:
        self._tx = tx

    def all(self) -> list[SiteBrand]:
        rows = self._tx.execute(select(table).order_by(table.c.site))
        return [
            SiteBrand(site=row.site, digest=row.digest, updated_at=row.updated_at) for row in rows
        ]

    def digests(self) -> dict[str, str]:
        """Every site's brand, for whoever makes the cards of several stories."""
        return {found.site: found.digest for found in self.all()}

    def keep(self, site: str, digest: str, *, now: datetime) -> None:
        values = {"digest": digest, "updated_at": now}
        changed = self._tx.execute(update(table).where(table.c.site == site).values(values))
        if not changed.rowcount:
            self._tx.execute(insert(table).values(site=site, **values))

    def remove(self, site: str) -> bool:
        return self._tx.execute(delete(table).where(table.c.site == site)).rowcount == 1


def brand_of(site: str, brands: Mapping[str, str]) -> str:
    """Return the digest of the brand that a site's cards wear; empty for none."""
    return brands.get(site) or brands.get(EVERY_SITE, "")
