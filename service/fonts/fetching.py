"""Brings the fonts that are too large for git, and keeps only what can be drawn.

Doing it again changes nothing. A set that cannot be had stops nobody: its characters are left out
of cards and reported, as with any that no font has.
"""

import tempfile
import time
import tomllib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from service.cards.text.cutting import graphemes
from service.cards.text.engine import ENGINE
from service.cards.text.fonts import FONTS_FOLDER
from service.cards.text.glyphs import Face, Placed
from service.domain.errors import Misconfigured
from service.fonts.ways import Closed, Way, bring

FETCHED = FONTS_FOLDER / "fetched"
_LIST = FONTS_FOLDER / "fetched.toml"

# What cards never use: a signature of the old bytes, hints, vertical lines, and emoji drawn twice.
_UNUSED_TABLES = (b"DSIG", b"gasp", b"vhea", b"vmtx", b"VORG", b"SVG ")
_PROOF_SIZE = 64
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class FontSet:
    """Fonts that come together; `proof` holds a text for each language that they must draw."""

    name: str
    proof: Mapping[str, str]
    ways: tuple[Way, ...]

    def is_in(self, folder: Path) -> bool:
        return any(all((folder / name).is_file() for name in way.files) for way in self.ways)


def fetch(*, tell: Callable[[str], None], folder: Path = FETCHED) -> list[str]:
    """Bring every set that is not in `folder` yet; returns the names of those not to be had."""
    return [
        each.name
        for each in font_sets()
        if not each.is_in(folder) and not _fetch_set(each, tell=tell, folder=folder)
    ]


def absent_sets(folder: Path = FETCHED) -> list[str]:
    """Return the names of the sets that were not fetched."""
    return [each.name for each in font_sets() if not each.is_in(folder)]


def font_sets() -> tuple[FontSet, ...]:
    try:
        rows = tomllib.loads(_LIST.read_text("utf-8"))["sets"]
        return tuple(
            FontSet(row["name"], row["proof"], tuple(_way(way) for way in row["ways"]))
            for row in rows
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise Misconfigured(f"The list {_LIST} cannot be read: {error!r}.") from error


def _way(row: Mapping[str, object]) -> Way:
    files, packages = row["files"], row["packages"]
    if not isinstance(files, dict) or not isinstance(packages, list):
        raise TypeError(row)
    return Way(
        by=str(row["by"]),
        packages=tuple(map(str, packages)),
        files=files,
        megabytes=int(str(row["megabytes"])),
    )


def _fetch_set(wanted: FontSet, *, tell: Callable[[str], None], folder: Path) -> bool:
    for way in wanted.ways:
        tell(f"{wanted.name}: asking {way.by} (up to {way.megabytes} MB)")
        started = time.monotonic()
        try:
            size = _take(way, wanted.proof, folder)
        except Closed as reason:
            tell(f"  not to be had from {way.by}: {reason}")
        else:
            tell(f"  {size / _MEGABYTE:.1f} MB kept after {time.monotonic() - started:.0f} s")
            return True
    return False


def _take(way: Way, proof: Mapping[str, str], folder: Path) -> int:
    folder.mkdir(exist_ok=True)
    # What is half done lies aside, on the same disk, so that it can be put in place in one step.
    with tempfile.TemporaryDirectory(dir=folder, prefix=".bringing-") as aside:
        room = Path(aside)
        made = []
        for name, source in bring(way, room).items():
            (room / name).write_bytes(_lean(source))
            made.append(room / name)
        _prove([ENGINE.open_face(path) for path in made], proof)
        for path in made:
            path.replace(folder / path.name)
    return sum((folder / name).stat().st_size for name in way.files)


def _lean(source: Path) -> bytes:
    """Return the first font of a file without what cards never use; no character is taken out."""
    with suppress(ImportError):
        import uharfbuzz as hb  # noqa: PLC0415 - may fail to load, and then fonts stay as they are

        wanted = hb.SubsetInput()
        wanted.keep_everything()
        wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
        for tag in _UNUSED_TABLES:
            wanted.drop_table_tag_set.add(int.from_bytes(tag, "big"))
        lean: bytes = hb.subset(hb.Face(hb.Blob.from_file_path(source)), wanted).blob.data
        return lean
    return source.read_bytes()


def _prove(faces: Iterable[Face], proof: Mapping[str, str]) -> None:
    drawn = [
        {text for language, text in proof.items() if draws(face, text, language)} for face in faces
    ]
    lost = [text for text in proof.values() if not any(text in each for each in drawn)]
    if lost or not all(drawn):
        # A set has two weights of each font, and one good weight must not excuse the other.
        raise Closed(f"its fonts do not draw {lost[0] if lost else next(iter(proof.values()))}")


def draws(face: Face, text: str, language: str) -> bool:
    """Say whether every character of `text`, as readers see it, leaves ink."""
    clusters = [text[start:end] for start, end in graphemes(text)]
    return all(
        face.sets(cluster) and _leaves_ink(face, cluster, language)
        for cluster in clusters
        if not cluster.isspace()
    )


def _leaves_ink(face: Face, cluster: str, language: str) -> bool:
    glyphs = face.shape(
        cluster, 0, len(cluster), is_rtl=False, script="", language=language, is_spaced=False
    )
    piece = Placed(face, glyphs.numbers, [0.0] * len(glyphs.numbers), None)
    box = (-_PROOF_SIZE, -_PROOF_SIZE, 2 * _PROOF_SIZE, 2 * _PROOF_SIZE)
    if face.is_colour:
        drawn = ENGINE.picture(piece, _PROOF_SIZE, box, 0.0, (0, 0, 0)).getchannel(3)
    else:
        drawn = ENGINE.mask([piece], _PROOF_SIZE, box, 0.0)
    return drawn.getbbox() is not None
