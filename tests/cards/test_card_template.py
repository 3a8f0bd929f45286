"""Templates are data: good ones load in every size, bad ones name file, line and key."""

import pytest

from service.cards.draw import draw, template_of
from service.cards.layout.dress import PLAIN, contrast
from service.cards.template.catalogue import (
    check,
    load_template,
    names,
    template_for,
    templates,
)
from service.cards.template.labels import label_names, label_of, quotation_marks
from service.cards.template.reading import HOUSE_FOLDER, read_table
from service.cards.template.schema import ChipItem, StackLayer
from service.domain.card import Card, CardSize
from service.domain.errors import BadPayload, Misconfigured

_LANGUAGES = (
    "en de fr es it pt nl sv da nb fi pl cs uk ru tr el ro hu ar fa ur he hi bn ta te th ja "
    "zh-Hans zh-Hant ko vi id sw yo ha am"
)
_GOOD = """\
label: Mine
ground: paper
colours: {paper: "#FBFAF7", ink: "#16181D", accent: "#0B6E63"}
fonts: {headline: NotoSerif-Bold}
fields:
  summary: {label: Summary, source: headline, longest: 20}
styles:
  big: {font: headline, colour: ink, size: [40, 80]}
layers:
  - {kind: fill, colour: paper}
  - kind: stack
    anchor: top
    items:
      - {kind: chip, field: kicker, style: big, size: [20, 25], ground: accent, colour: auto}
      - kind: text
        field: headline
        style: big
        lines: 4
        at: {story: {lines: 9}, tall: {lines: 7}, bare: {measure: 0.5}}
"""


@pytest.mark.parametrize("name", names())
def test_every_template_is_whole_in_every_size(name):
    template = template_for(name, has_photo=True)

    check(template)

    for size in CardSize:
        safe = template.composition(size).safe
        assert min(safe.start, safe.end, safe.top, safe.bottom) >= 40


@pytest.mark.parametrize("name", names())
def test_chips_can_be_read(name):
    for size in CardSize:
        composition = template_for(name, has_photo=True).composition(size)
        stacks = [layer for layer in composition.layers if isinstance(layer, StackLayer)]
        for chip in [
            item for stack in stacks for item in stack.items if isinstance(item, ChipItem)
        ]:
            if chip.colour != "auto":
                ink, ground = (
                    PLAIN.colour(name, composition) for name in (chip.colour, chip.ground)
                )
                assert contrast(ink, ground) >= 4.5


def test_a_standard_card_without_a_photo_is_drawn_with_words_only():
    assert template_for("standard", has_photo=True).name == "standard"
    assert template_for("standard", has_photo=False).name == "words"
    assert template_for("words", has_photo=True).name == "words"


def test_an_unknown_template_is_answered_with_those_that_exist():
    with pytest.raises(BadPayload, match=r"no card template 'neon': choose one of .*standard"):
        template_for("neon", has_photo=True)


def test_a_designer_needs_less_than_sixty_lines(tmp_path):
    template = _loaded(tmp_path, _GOOD)

    check(template)

    assert len(_GOOD.splitlines()) < 60


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        pytest.param("field: headline\n        style", "field: headlin\n        style",
                     r"line 16, layers\.1\.items\.1\.field: there is no field 'headlin' .*headline",
                     id="unknown field"),
        pytest.param("kind: chip", "kind: chop", r"layers\.1\.items\.0", id="unknown item"),
        pytest.param("ground: accent, ", "", r"line 14, layers\.1\.items\.0\.ground: must be given",
                     id="a key is missing"),
        pytest.param("lines: 4\n", "lines: 4\n        glitter: 1\n",
                     r"line 19, layers\.1\.items\.1\.glitter: is not known here", id="unknown key"),
        pytest.param("{kind: fill, colour: paper}", "{kind: fill, colour: papr}",
                     r"line 10, layers\.0\.colour: there is no colour 'papr' .* one of accent",
                     id="unknown colour"),
        pytest.param('accent: "#0B6E63"', "accent: green", r"line 3, colours\.accent: must be",
                     id="bad colour"),
        pytest.param('accent: "#0B6E63"', "accent: ", r"line 3, colours\.accent: is empty",
                     id="colour without quotes"),
        pytest.param("NotoSerif-Bold", "Papyrus", "no font Papyrus", id="unknown font"),
        pytest.param("at: {story", "at: {sotry", r"line 19: at\.sotry: choose", id="size"),
        pytest.param("[40, 80]", "[80, 40]", "the smallest is larger", id="sizes crossed"),
        pytest.param("style: big\n", "style: bog\n", r"line 17: there is no style 'bog'; there",
                     id="unknown style"),
        pytest.param("label: Mine", "label: [Mine", r"line \d+: ", id="no YAML"),
        pytest.param("label: Mine", "label: Mine\nlabel: Yours", "line 2: label stands here a",
                     id="twice"),
        pytest.param("summary: {", "headline: {", r"fields\.headline: every story brings it",
                     id="a field that every story has"),
        pytest.param("measure: 0.5", "measure: wide", r"line 19, .*measure: ", id="no number"),
        pytest.param("kind: fill,", "kind: fill, frame: {top: .nan},", "frame.top: .*a number of",
                     id="a distance that is no number"),
        pytest.param("kind: fill,", "kind: fill, frame: {top: inf%},", "frame.top: .*a number of",
                     id="an endless distance"),
        pytest.param("kind: fill,", "kind: fill, frame: {top: 99999},", "frame.top: .*a number of",
                     id="a distance far out"),
        pytest.param("kind: fill, colour: paper", "kind: fill, colour: ''",
                     r"line 10, layers\.0\.colour: names no colour", id="an empty colour"),
    ],
)  # fmt: skip
def test_a_wrong_template_is_refused_with_its_file_and_line(tmp_path, before, after, reason):
    assert before in _GOOD

    with pytest.raises(Misconfigured, match=reason) as refusal:
        check(_loaded(tmp_path, _GOOD.replace(before, after, 1)))

    assert "mine.yaml" in str(refusal.value) or "Papyrus" in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("a: &a [x]\nb: *a\n", "line 2: *a is not known here", id="an alias"),
        pytest.param("a: &a [*a]\n", "line 1: *a is not known here", id="an alias of itself"),
        pytest.param("a: " + "[" * 30_000, "line 1: this stands inside", id="30,000 lists"),
        pytest.param("- " * 30_000, "line 1: this stands inside", id="30,000 lists by hyphens"),
        pytest.param("{b: " * 300, "line 1: this stands inside", id="300 tables"),
        pytest.param("? [a]\n: b\n", "line 1: a name must be one word", id="a list as a name"),
        pytest.param("a: 1\n---\nb: 2\n", "line 3: another document", id="two documents"),
        pytest.param("a: \x01\n", "control characters are not allowed", id="a control character"),
        pytest.param("a: \0\n", "control characters are not allowed", id="a NUL"),
        pytest.param("a: !!int many\n", "line 1: many cannot be read", id="no number"),
        pytest.param("a: 2026-13-45\n", "line 1: 2026-13-45 cannot be read", id="no day"),
        pytest.param("a: " + "9" * 5000, "cannot be read", id="a number of 5,000 digits"),
        pytest.param("a: !!python/name:os.system\n", "line 1: could not determine", id="code"),
        pytest.param("styles: [1]\nlayers: []\n", "line 1: styles must be", id="styles listed"),
        pytest.param("a: {style: [1]}\n", "line 1: there is no style [1]", id="a list as a style"),
    ],
)
def test_a_hostile_template_gets_one_sentence_soon(tmp_path, text, reason):
    with pytest.raises(Misconfigured) as refusal:
        check(_loaded(tmp_path, text))

    assert reason in str(refusal.value)
    assert len(str(refusal.value)) < 500


def test_all_faults_are_told_at_once(tmp_path):
    wrong = _GOOD.replace("lines: 4", "lines: 40").replace("ground: accent, ", "")

    with pytest.raises(Misconfigured) as refusal:
        check(_loaded(tmp_path, wrong))

    assert "items.0.ground" in str(refusal.value)
    assert "items.1.lines" in str(refusal.value)


def test_the_rule_for_one_size_wins_over_the_rule_for_its_group(tmp_path):
    template = _loaded(tmp_path, _GOOD)

    lines = {size: template.composition(size).layers[1].items[1].lines for size in CardSize}

    assert lines == {
        CardSize.OG: 4,
        CardSize.X: 4,
        CardSize.SQUARE: 4,
        CardSize.PORTRAIT: 7,
        CardSize.STORY: 9,
        CardSize.PIN: 7,
    }


def test_rules_for_a_card_without_its_picture_hold_only_there(tmp_path):
    template = _loaded(tmp_path, _GOOD)

    bare = template.composition(CardSize.OG, is_bare=True).layers[1].items[1]
    full = template.composition(CardSize.OG).layers[1].items[1]

    assert (bare.measure, full.measure) == (0.5, 1.0)


def test_a_changed_template_has_another_revision(tmp_path):
    before = _loaded(tmp_path, _GOOD).revision

    after = _loaded(tmp_path, _GOOD.replace("#0B6E63", "#0B6E64")).revision

    assert after != before


def test_a_field_that_the_template_lacks_is_answered_with_those_it_has():
    card = Card(headline="Tide", template="words", details=(("mood", "blue"),))

    with pytest.raises(BadPayload, match="words has no field 'mood'"):
        draw(card, CardSize.OG)


def test_every_template_named_by_another_is_there():
    assert set(templates()) == set(names())
    assert template_of(Card(headline="Tide", template="standard")).name == "words"


def test_labels_speak_the_storys_language_or_english():
    def nothing(_name: str) -> str:
        return ""

    assert label_of("opinion", "de-AT", field=nothing) == "Meinung"
    assert label_of("opinion", "tlh", field=nothing) == "Opinion"
    assert label_of("updated", "en", field=nothing) == ""
    assert label_of("updated", "en", field=lambda _name: "14:05") == "Updated 14:05"
    assert quotation_marks("fr") == ("«", "»")


@pytest.mark.parametrize(
    ("language", "word"),
    [
        pytest.param("no", "Rettelse", id="Norwegian without saying which"),
        pytest.param("zh-CN", "更正", id="Chinese by its country"),
        pytest.param("ar-EG", "تصحيح", id="Arabic of one country"),
        pytest.param("PT-br", "Correção", id="a tag in other letters"),
    ],
)
def test_a_label_is_found_however_the_language_is_written(language, word):
    assert label_of("correction", language, field=str) == word


def test_chinese_of_taiwan_is_written_in_its_own_characters():
    assert label_of("explainer", "zh-TW", field=str) == "解讀"
    assert label_of("explainer", "zh", field=str) == "解读"


@pytest.mark.parametrize("label", sorted(label_names()))
def test_a_label_is_there_in_every_language_that_desks_write(label):
    wordings = read_table(HOUSE_FOLDER / "labels.yaml")[label]

    assert set(_LANGUAGES.split()) - set(wordings) == set()


def test_an_unknown_label_in_a_template_is_refused(tmp_path):
    wrong = _GOOD.replace("chip, field: kicker", "chip, label: brekaing")

    with pytest.raises(Misconfigured, match=r"no label 'brekaing'.*breaking"):
        check(_loaded(tmp_path, wrong))


@pytest.mark.parametrize("label", sorted(label_names()))
def test_every_label_has_english(label):
    assert label_of(label, "en", field=lambda name: name)


def _loaded(folder, text):
    path = folder / "mine.yaml"
    path.write_text(text, "utf-8")
    return load_template(path)
