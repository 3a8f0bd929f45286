"""A brand that is worn while a part of it is away: told each time, and never kept like that."""

from hashlib import sha256

import pytest
from PIL import Image

from service.cards.painting.canvas import forget_layers
from service.cards.renditions import RenditionStore
from service.cards.template.brand import Brand
from service.cards.text.fonts import FONTS_FOLDER
from service.domain.card import Card, CardSize
from tests.cards.pictures import encoded

_LOGO = encoded(Image.new("RGBA", (200, 80), "#FF00FF"), "PNG")
_FONT = (FONTS_FOLDER / "NotoSerif-Italic.ttf").read_bytes()


@pytest.mark.parametrize(
    ("part", "brand"),
    [
        pytest.param(_LOGO, Brand(logo=sha256(_LOGO).hexdigest()), id="logo"),
        pytest.param(_FONT, Brand(fonts=(("headline", sha256(_FONT).hexdigest()),)), id="font"),
    ],
)
def test_a_brand_that_lacks_a_part_is_whole_again_when_it_comes_back(tmp_path, part, brand):
    store = RenditionStore(tmp_path)
    card = Card(headline="Ferry strike ends", brand=store.put_part(brand.to_bytes()))

    without = [store.rendition(card, size) for size in (CardSize.OG, CardSize.X, CardSize.OG)]
    store.put_part(part)
    forget_layers()
    whole = store.rendition(card, CardSize.OG)

    assert [each.is_whole for each in without] == [False] * 3
    assert whole.is_whole
    assert whole.data != without[0].data
