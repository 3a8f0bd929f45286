"""A site's own colours, logo and fonts, which dress every template.

A brand replaces a template's colours and fonts of the same name. It is named by its content, so a
card that was published stays what it was when the brand changes.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass

from service.domain.errors import BadPayload

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """`colours` and `fonts` by the names that templates use; `logo` and fonts are digests."""

    colours: tuple[tuple[str, str], ...] = ()
    logo: str = ""
    fonts: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        for name, value in self.colours:
            if not _NAME.fullmatch(name) or not _COLOUR.fullmatch(value):
                raise BadPayload(
                    f"{name}={value} is no brand colour: write a name that templates use and "
                    "six hexadecimal digits, such as accent=#0B6E63."
                )

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self), sort_keys=True, indent=1).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Brand":
        raw = json.loads(data)
        return cls(
            colours=tuple((name, value) for name, value in raw["colours"]),
            logo=raw["logo"],
            fonts=tuple((role, digest) for role, digest in raw["fonts"]),
        )

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.to_bytes()).hexdigest()
