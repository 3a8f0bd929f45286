"""From a template's frame to a box of pixels."""

from service.cards.layout.places import Box
from service.cards.template.schema import Frame, Length


def framed(frame: Frame, whole: Box, *, edges: Box, scale: float) -> Box:
    """Return the box of a frame: distances are from `whole`, edges not named are those of `edges`.

    A frame with an extent and no edge stands in the middle.
    """
    left, right = _span(
        (frame.start, frame.end, frame.width),
        (whole.left, whole.right),
        (edges.left, edges.right),
        scale=scale,
    )
    top, bottom = _span(
        (frame.top, frame.bottom, frame.height),
        (whole.top, whole.bottom),
        (edges.top, edges.bottom),
        scale=scale,
    )
    return Box(left, top, right, bottom)


def _span(
    wanted: tuple[Length | None, Length | None, Length | None],
    whole: tuple[float, float],
    edges: tuple[float, float],
    *,
    scale: float,
) -> tuple[float, float]:
    near, far, extent = wanted
    length = whole[1] - whole[0]
    start = whole[0] + near.of(length, scale) if near else edges[0]
    end = whole[1] - far.of(length, scale) if far else edges[1]
    if extent is None:
        return start, max(start, end)
    room = extent.of(length, scale)
    if near:
        return start, start + room
    if far:
        return end - room, end
    middle = (edges[0] + edges[1]) / 2
    return middle - room / 2, middle + room / 2
