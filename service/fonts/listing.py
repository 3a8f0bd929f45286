"""Says of every listed font what it writes, how large it is, and under which licence."""

import tomllib
from dataclasses import dataclass

from service.cards.text.fonts import FONTS_FOLDER
from service.domain.errors import Misconfigured


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row of fonts.toml; `size` is in bytes, and None where the font was not fetched."""

    name: str
    writes: str
    licence: str
    size: int | None


def listed_fonts() -> tuple[Listed, ...]:
    path = FONTS_FOLDER / "fonts.toml"
    try:
        rows = tomllib.loads(path.read_text("utf-8"))["fonts"]
        return tuple(_listed(row) for row in rows)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise Misconfigured(f"The list of fonts {path} cannot be read: {error!r}.") from error


def _listed(row: dict[str, str]) -> Listed:
    file = FONTS_FOLDER / row.get("file", f"{row['name']}.ttf")
    return Listed(
        name=row["name"],
        writes=row["writes"],
        licence=row["licence"],
        size=file.stat().st_size if file.is_file() else None,
    )
