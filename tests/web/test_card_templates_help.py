"""The help page for designers is held to the schema: it names every key, and its example works."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo
from msgspec.structs import fields as fields_of

from service.cards.draw import nothing, paint_card
from service.cards.template import schema
from service.cards.template.catalogue import check, load_template
from service.cards.template.labels import label_names
from service.cards.template.reading import sizings
from service.domain.card import TEXT_FIELDS, Card, CardSize
from service.web.help_pages import FOLDER

_PAGE = (FOLDER / "card-templates.md").read_text("utf-8")
_EXAMPLE = re.findall(r"```yaml\n(.*?)```", _PAGE, re.DOTALL)[0]
_KINDS = [*get_args(schema.AnyLayer), *get_args(schema.Item)]
_SECTIONS = {
    "The file": schema.Composition,
    "All layers": schema.Layer,
    "All texts": schema.Type,
    "A side of a row": schema.Label,
    "Frames": schema.Frame,
    "Fields": schema.FieldSpec,
    "Checks": schema.Checks,
    **{f"`{kind.__struct_config__.tag}`": kind for kind in _KINDS},
}
# What a size gives and a template cannot.
_NOT_WRITTEN = {"size", "scale"}
_CARD = Card(
    headline="Council votes to reopen the old library after ten years of leaking roofs",
    byline="By Amara Osei",
    site_name="The Harbour Post",
    language="en",
    details=(("place", "Bayport"),),
)


@pytest.mark.parametrize("section", _SECTIONS)
def test_every_key_is_on_the_page_with_its_default(section):
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", _section(section), re.MULTILINE))

    own = {field.name: field for field in _own_fields(_SECTIONS[section])}

    assert set(rows) == set(own)
    for name, field in own.items():
        shown = _shown(field)
        assert shown is None or rows[name] == shown, name


def test_every_size_is_on_the_page():
    rows = re.findall(r"^\| `(\w+)` \| (\d+) x (\d+) \| ([\d.]+) \| (\w*) ?\|", _PAGE, re.MULTILINE)

    assert rows == [
        (size.key, str(size.width), str(size.height), str(each.scale), "".join(each.groups))
        for size, each in sizings().items()
    ]


def test_every_label_and_every_field_of_a_story_is_on_the_page():
    labels = label_names() - {"quotation_marks"}

    assert {name for name in labels if f"`{name}`" not in _section("Labels")} == set()
    assert {name for name in TEXT_FIELDS if f"`{name}`" not in _section("Fields")} == set()


def test_the_example_is_a_template_of_less_than_sixty_lines(tmp_path):
    check(_example(tmp_path))

    assert len(_EXAMPLE.splitlines()) < 60


@pytest.mark.parametrize("size", CardSize, ids=str)
def test_the_example_draws_every_text_inside_the_safe_area(tmp_path, size):
    sketch = paint_card(_CARD, size, template=_example(tmp_path), read=nothing)

    lines, safe = sketch.arrangement.lines, sketch.arrangement.safe
    assert sketch.image.size == (size.width, size.height)
    assert {line.field for line in lines} == {"headline", "byline", "site_name", "place"}
    assert min(line.box.top for line in lines) >= safe.top - 1
    assert max(line.box.bottom for line in lines) <= safe.bottom + 1
    assert not sketch.arrangement.is_shortened


def test_the_page_is_listed_and_served(client):
    page = client.get("/help/card-templates")

    assert page.status_code == 200
    assert "Card templates" in client.get("/help").text
    assert "<code>ideal_lines</code>" in page.text


def _section(title: str) -> str:
    found = re.search(rf"^##+ {re.escape(title)}\n(.*?)(?=^##|\Z)", _PAGE, re.DOTALL | re.MULTILINE)
    assert found, f"there is no section {title}"
    return found[1]


def _own_fields(table: type[Struct]) -> Iterator[FieldInfo]:
    """Yield a table's keys without those that stand in a section of their own."""
    shared: tuple[type[Struct], ...] = (schema.Layer, schema.Type)
    inherited = {
        field.name
        for other in shared
        if table is not other and issubclass(table, other)
        for field in fields_of(other)
    }
    return (
        field
        for field in fields_of(table)
        if field.name not in inherited
        and not (table is schema.Composition and field.name in _NOT_WRITTEN)
    )


def _shown(field: FieldInfo) -> str | None:
    """Return how a default is written on the page; None where words say it better."""
    default: Any = field.default
    if field.default_factory is not NODEFAULT:
        default = field.default_factory()
    if default is NODEFAULT:
        # Every size has margins of its own, so that a template need not.
        return None if field.name == "safe" else "required"
    if isinstance(default, schema.Table):
        return None
    if isinstance(default, schema.Length):
        return f"`{default.share:.0%}`"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, tuple) and default:
        return f"`{list(default)}`"
    return f"`{default}`" if default or default == 0 else "none"


def _example(folder):
    path = folder / "report.yaml"
    path.write_text(_EXAMPLE, "utf-8")
    return load_template(path)
