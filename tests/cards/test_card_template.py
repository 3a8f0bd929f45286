"""Templates are data: good ones load in every size, bad ones name the file and the field."""

import pytest

from service.cards.draw import contrast, luminance
from service.cards.template.schema import (
    TEMPLATES_FOLDER,
    ChipItem,
    StackLayer,
    load_template,
    template_for,
    templates,
)
from service.cards.text.fonts import stack_of
from service.domain.card import CardSize
from service.domain.errors import BadPayload, Misconfigured

_GOOD = (TEMPLATES_FOLDER / "words.toml").read_text("utf-8")


@pytest.mark.parametrize("name", sorted(path.stem for path in TEMPLATES_FOLDER.glob("*.toml")))
def test_every_template_has_a_composition_for_every_size(name):
    template = templates()[name]

    assert set(template.compositions) == set(CardSize)
    assert all(c.safe.start >= 56 and c.safe.end >= 56 for c in template.compositions.values())


@pytest.mark.parametrize("name", sorted(path.stem for path in TEMPLATES_FOLDER.glob("*.toml")))
def test_chips_can_be_read(name):
    for composition in templates()[name].compositions.values():
        stacks = [layer for layer in composition.layers if isinstance(layer, StackLayer)]
        for chip in [
            item for stack in stacks for item in stack.items if isinstance(item, ChipItem)
        ]:
            ink, ground = composition.colour(chip.colour), composition.colour(chip.ground)
            assert contrast(_brightness(ink), _brightness(ground)) >= 4.5


def test_a_standard_card_without_a_photo_is_drawn_with_words_only():
    assert template_for("standard", has_photo=True).name == "standard"
    assert template_for("standard", has_photo=False).name == "words"
    assert template_for("words", has_photo=True).name == "words"


def test_an_unknown_template_is_answered_with_those_that_exist():
    with pytest.raises(BadPayload, match=r"no card template 'neon': choose one of .*standard"):
        template_for("neon", has_photo=True)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        pytest.param(
            'kind = "chip"\nfield = "kicker"', 'kind = "chip"\nfield = "kick"',
            r"layers\.2\.items\.0\.field", id="unknown field",
        ),
        pytest.param('kind = "chip"', 'kind = "chop"', r"layers\.2\.items\.0", id="unknown item"),
        pytest.param("padding_x = 16", "", r"padding_x: Field required", id="a field is missing"),
        pytest.param(
            "radius = 6", "radius = 6\nglitter = 1", r"glitter: Extra inputs", id="unknown key"
        ),
        pytest.param('colour = "ink"', 'colour = "inc"', "'inc' is not among", id="unknown colour"),
        pytest.param('accent = "#0B6E63"', 'accent = "green"', r"colours\.accent", id="bad colour"),
        pytest.param('"NotoSerif-Bold"', '"Papyrus"', "no font Papyrus", id="unknown font"),
        pytest.param("[safe.at.square]", "[safe.at.sqare]", "at.sqare: there is no such size",
                     id="unknown size"),
        pytest.param("min_size = 46", "min_size = 99", "min_size is larger", id="sizes crossed"),
        pytest.param('label = "Words only"', "label = Words only", "not valid TOML", id="no TOML"),
    ],
)  # fmt: skip
def test_a_wrong_template_is_refused_with_its_file_and_field(tmp_path, before, after, reason):
    path = tmp_path / "mine.toml"
    assert before in _GOOD
    path.write_text(_GOOD.replace(before, after), "utf-8")

    with pytest.raises(Misconfigured, match=reason) as refusal:
        load_template(path)

    assert "mine.toml" in str(refusal.value) or "Papyrus" in str(refusal.value)


def test_a_changed_template_has_another_revision(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(_GOOD, "utf-8")
    before = load_template(path).revision

    path.write_text(_GOOD.replace("#0B6E63", "#0B6E64"), "utf-8")

    assert load_template(path).revision != before


def test_rules_for_one_size_leave_the_others_alone():
    words = templates()["words"]

    assert words.compositions[CardSize.STORY].safe.top > words.compositions[CardSize.OG].safe.top
    assert words.compositions[CardSize.X].safe == words.compositions[CardSize.OG].safe


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Ọ̀ṣúnlékè Ẹ̀kọ́ ńlá", id="Yoruba"),
        pytest.param("Ƙasa ɗan ɓangare ƴanci", id="Hausa"),
        pytest.param("Đường sắt Việt Nam", id="Vietnamese"),
        pytest.param("Рада голосує", id="Ukrainian"),
        pytest.param("Η Βουλή ψηφίζει", id="Greek"),
        pytest.param("رئيس البلدية پچگ ٹڈ", id="Arabic, Persian, Urdu"),
        pytest.param("ראש הממשלה", id="Hebrew"),
        pytest.param("प्रधानमंत्री ने", id="Hindi"),
        pytest.param("প্রধানমন্ত্রী", id="Bengali"),
        pytest.param("முதலமைச்சர்", id="Tamil"),
        pytest.param("ప్రధానమంత్రి", id="Telugu"),
        pytest.param("นายกรัฐมนตรี", id="Thai"),
    ],
)
def test_the_committed_fonts_have_every_letter(text):
    for font in ("NotoSans-Regular", "NotoSans-Bold", "NotoSerif-Bold"):
        assert stack_of(font).keep_drawable(text) == (text, frozenset())


def _brightness(colour: tuple[int, int, int]) -> float:
    red, green, blue = (luminance(channel) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
