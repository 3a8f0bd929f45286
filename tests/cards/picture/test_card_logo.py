"""A brand's logo: small enough to be kept by every process, and something to see on a card."""

import pytest
from PIL import Image

from service.cards.picture.logo import decode_logo
from service.domain.errors import BadPayload
from tests.cards.pictures import encoded, noise


def _mark(size: tuple[int, int], *, on: tuple[int, int]) -> bytes:
    logo = Image.new("RGBA", on)
    logo.paste("teal", (0, 0, *size))
    return encoded(logo, "PNG")


def test_a_logo_keeps_its_transparency_and_loses_the_air_around_it():
    logo = decode_logo(_mark((300, 100), on=(500, 400)))

    assert (logo.mode, logo.size) == ("RGBA", (300, 100))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"<svg/>", "not a JPEG, PNG or WebP", id="SVG"),
        pytest.param(_mark((99, 99), on=(99, 99))[:150], "damaged", id="cut off"),
        pytest.param(encoded(Image.new("RGBA", (90, 90)), "PNG"), "wholly transparent", id="empty"),
        pytest.param(_mark((9, 9), on=(8000, 5000)), "8000 x 5000 px", id="as large as a photo"),
        pytest.param(encoded(noise((700, 700)), "PNG"), "1.5 MB", id="as heavy as a photo"),
        pytest.param(_mark((1600, 1), on=(1600, 16)), "1600 x 1 px", id="a line"),
        pytest.param(_mark((2, 900), on=(16, 900)), "2 x 900 px", id="a line that stands"),
    ],
)
def test_what_cannot_stand_on_a_card_is_refused_with_one_sentence(data, reason):
    with pytest.raises(BadPayload, match=reason) as refusal:
        decode_logo(data)

    assert str(refusal.value).count(". ") == 0


def test_the_longest_logo_that_is_taken_can_be_seen():
    logo = decode_logo(_mark((1600, 80), on=(1600, 100)))

    assert logo.size == (800, 40)
