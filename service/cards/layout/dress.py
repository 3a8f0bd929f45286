"""What a card wears: the template's colours and fonts, or the brand's where it has its own."""

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass, field

from service.cards.layout.places import Rgb
from service.cards.template.schema import Composition, colour_and_ground
from service.cards.text.fonts import Font, Stack, stack_of

BLACK, WHITE = (22, 24, 29), (255, 255, 255)
# The contrast that body text needs (WCAG 2.2, success criterion 1.4.3).
READABLE = 4.5
# The steps from a colour to white or black in which a readable one is looked for.
_SHADES = 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dress:
    """A brand, opened. `fonts` are by the names that templates use; `logo_size` is in pixels."""

    digest: str = ""
    colours: Mapping[str, str] = field(default_factory=dict)
    fonts: Mapping[str, Font] = field(default_factory=dict)
    logo: str = ""
    logo_size: tuple[int, int] = (0, 0)

    def colour(self, name: str, composition: Composition) -> Rgb:
        """Return a colour as a template names it: `accent`, `on accent`, `accent on paper`."""
        wanted, ground = colour_and_ground(name)
        if not ground:
            return self._named(wanted, composition)
        behind = self._named(ground, composition)
        return legible(self._named(wanted, composition), behind) if wanted else readable_on(behind)

    def _named(self, name: str, composition: Composition) -> Rgb:
        value = self.colours.get(name) or composition.colours[name]
        return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)

    def stack(self, name: str, composition: Composition) -> Stack:
        own = self.fonts.get(name)
        return stack_of(composition.fonts[name], first=(own,) if own else ())


PLAIN = Dress()


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast of two colours (WCAG 2.2)."""
    return luminance_contrast(luminance(one), luminance(other))


def luminance_contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def luminance(colour: Rgb) -> float:
    """Return the relative luminance of a colour."""
    red, green, blue = (LINEAR[channel] for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable_on(ground: Rgb) -> Rgb:
    """Return black or white, whichever is read better on `ground`."""
    return max((WHITE, BLACK), key=lambda ink: contrast(ink, ground))


def legible(colour: Rgb, ground: Rgb) -> Rgb:
    """Return `colour`, as much lighter or darker as it needs to be to be read on `ground`.

    Its hue stays: a brand's accent is known by it, and black in its place would be nobody's.
    """
    hue, light, strength = colorsys.rgb_to_hls(*(channel / 255 for channel in colour))
    goal = 1.0 if readable_on(ground) == WHITE else 0.0
    for step in range(_SHADES):
        bright = light + (goal - light) * step / _SHADES
        red, green, blue = (round(255 * c) for c in colorsys.hls_to_rgb(hue, bright, strength))
        if contrast((red, green, blue), ground) >= READABLE:
            return red, green, blue
    return readable_on(ground)


def _linear(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB's own figures


# The relative luminance of every grey.
LINEAR = tuple(_linear(value) for value in range(256))
