"""Quiet patterns that every headline makes its own: the same headline, the same pattern."""

import hashlib
import math

from PIL import Image, ImageDraw

_SMOOTH = 2


def pattern_mask(pattern: str, seed: str, size: tuple[int, int], *, strength: float) -> Image.Image:
    """Return how strongly the pattern shows at every pixel."""
    chance = hashlib.sha256(seed.encode("utf-8", "replace")).digest()
    return _PATTERNS[pattern](chance, size, round(255 * strength))


def _ripples(chance: bytes, size: tuple[int, int], ink: int) -> Image.Image:
    """Draw rings around a point near the upper end."""
    width, height = size[0] * _SMOOTH, size[1] * _SMOOTH
    mask = Image.new("L", (width, height), 0)
    pen = ImageDraw.Draw(mask)
    x = width * (0.74 + 0.2 * chance[0] / 255)
    y = min(width, height) * (0.05 + 0.28 * chance[1] / 255)
    reach = math.hypot(width, height) * 0.62
    radius = 18.0 * _SMOOTH
    for index in range(2, 60):
        byte = chance[index % len(chance)]
        thickness = round((2 + byte % 13) * _SMOOTH)
        left = 1 - radius / reach
        if left <= 0:
            break
        box = (x - radius, y - radius, x + radius, y + radius)
        pen.ellipse(box, outline=round(ink * left), width=thickness)
        radius += thickness + (14 + byte // 9) * _SMOOTH
    return mask.reduce(_SMOOTH)


def _dots(chance: bytes, size: tuple[int, int], ink: int) -> Image.Image:
    """Draw a grid of dots whose sizes wander, fading towards the text."""
    step = 36 * _SMOOTH
    width, height = size[0] * _SMOOTH, size[1] * _SMOOTH
    mask = Image.new("L", (width, height), 0)
    pen = ImageDraw.Draw(mask)
    for row in range(height // step + 1):
        for column in range(width // step + 1):
            byte = chance[(row * 7 + column * 3) % len(chance)]
            x, y = (column + 0.5) * step, (row + 0.5) * step
            shown = (x / width) * (1 - y / height)
            radius = step * (0.08 + 0.3 * byte / 255) * (0.4 + shown)
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=round(ink * shown))
    return mask.reduce(_SMOOTH)


def _bars(chance: bytes, size: tuple[int, int], ink: int) -> Image.Image:
    """Draw slanted bars of different widths near the end, as of a flag in the wind."""
    width, height = size[0] * _SMOOTH, size[1] * _SMOOTH
    mask = Image.new("L", (width, height), 0)
    pen = ImageDraw.Draw(mask)
    x = width * (0.5 + 0.1 * chance[0] / 255)
    slant = height * 0.35
    for byte in chance[1:24]:
        thickness = (12 + byte % 60) * _SMOOTH
        shown = min(1.0, max(0.0, (x - width * 0.4) / (width * 0.6)))
        edges = ((x + slant, 0), (x + slant + thickness, 0), (x + thickness, height), (x, height))
        pen.polygon(edges, fill=round(ink * shown * (0.35 + 0.65 * (byte % 7) / 6)))
        x += thickness + (10 + byte // 5) * _SMOOTH
    return mask.reduce(_SMOOTH)


_PATTERNS = {"ripples": _ripples, "dots": _dots, "bars": _bars}
