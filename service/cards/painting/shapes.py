"""Masks and marks: rounded corners, circles, gradients, codes to scan."""

from functools import lru_cache

from PIL import Image, ImageDraw

from service.cards.layout.places import PlacedFill, Rgb

# Shapes are drawn this much larger and scaled down: Pillow's own edges are jagged.
_SMOOTH = 4
_QUIET_MODULES = 2


@lru_cache(maxsize=64)
def shape_mask(extent: tuple[int, int], shape: str, radius: float, opacity: float) -> Image.Image:
    """Return the coverage of a shape that fills `extent`."""
    width, height = extent[0] * _SMOOTH, extent[1] * _SMOOTH
    mask = Image.new("L", (width, height), 0)
    pen = ImageDraw.Draw(mask)
    box, ink = (0, 0, width - 1, height - 1), round(255 * opacity)
    if shape == "circle":
        pen.ellipse(box, fill=ink)
    else:
        pen.rounded_rectangle(box, radius=radius * _SMOOTH, fill=ink)
    return mask.reduce(_SMOOTH)


def paint_fill(image: Image.Image, fill: PlacedFill) -> None:
    """Paint a plain shape or a gradient."""
    box = fill.box.pixels
    extent = (box[2] - box[0], box[3] - box[1])
    is_plain = fill.shape == "rect" and not fill.radius and fill.opacity == 1
    if fill.colour_end is None and is_plain:
        image.paste(fill.colour, box)
        return
    mask = None if is_plain else shape_mask(extent, fill.shape, fill.radius, fill.opacity)
    if fill.colour_end is None:
        image.paste(fill.colour, box, mask)
    else:
        image.paste(_gradient(extent, fill.colour, fill.colour_end, fill.toward), box, mask)


def qr_picture(content: str, side: int, *, colour: Rgb, ground: Rgb) -> Image.Image:
    """Return a code to scan; its modules are whole pixels, so it can be a little smaller."""
    import segno  # noqa: PLC0415 - few cards have a code, and a cold card should not wait for it

    code = segno.make(content, error="m", micro=False)
    rows = [bytes(0 if module else 255 for module in row) for row in code.matrix]
    modules = len(rows)
    mask = Image.frombytes("L", (modules, modules), b"".join(rows))
    pixels = max(1, side // (modules + 2 * _QUIET_MODULES)) * modules
    picture = Image.new("RGB", (side, side), ground)
    dark = mask.resize((pixels, pixels), Image.Resampling.NEAREST).point(lambda v: 255 - v)
    edge = (side - pixels) // 2
    picture.paste(colour, (edge, edge), dark)
    return picture


def _gradient(extent: tuple[int, int], first: Rgb, last: Rgb, toward: str) -> Image.Image:
    slope = Image.linear_gradient("L")
    if toward != "bottom":
        slope = slope.transpose(
            Image.Transpose.ROTATE_90 if toward == "right" else Image.Transpose.ROTATE_270
        )
    mask = slope.resize(extent, Image.Resampling.BILINEAR)
    return Image.composite(Image.new("RGB", extent, last), Image.new("RGB", extent, first), mask)
