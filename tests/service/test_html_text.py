"""HTML as text: paragraphs, titles and credits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.html_text import credit_in, plain_text, strip_tags


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        pytest.param("<p>One\n line.</p><p>Two.</p>", "One line.\n\nTwo.", id="paragraphs"),
        pytest.param("One.<br>Two.<br><br>Three.", "One.\nTwo.\n\nThree.", id="line breaks"),
        pytest.param("<p>A <b>bold</b> <a href=x>word</a>.</p>", "A bold word.", id="formatting"),
        pytest.param("<ul><li>One<li>Two</ul>", "One\n\nTwo", id="a list"),
        pytest.param("<table><tr><td>a<td>b</table>", "a b", id="cells keep apart"),
        pytest.param("R&amp;D &lt;3 caf&eacute;", "R&D <3 café", id="entities"),
        pytest.param("no markup at all", "no markup at all", id="plain"),
        pytest.param('<?xml version="1.0" encoding="latin1"?><p>ż</p>', "ż", id="stated encoding"),
        pytest.param("<form><p>In a form.</p></form>", "In a form.", id="a page in a form"),
        pytest.param("", "", id="nothing"),
        pytest.param("<!-- only a comment -->", "", id="a comment"),
    ],
)
def test_html_reads_as_text(markup, text):
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    "furniture",
    [
        "<script>alert(1)</script>",
        "<style>p {}</style>",
        "<figure><img src=x><figcaption>Photo: Somebody</figcaption></figure>",
        '<blockquote class="twitter-tweet"><p>Somebody else.</p></blockquote>',
        '<div class="kg-card kg-signup-card">Subscribe</div>',
        "<iframe>no</iframe>",
        "<aside>Related</aside>",
        "<!-- note to self -->",
        "<select><option>Lagos</select>",
    ],
)
def test_what_is_not_the_article_is_left_out_and_what_follows_it_stays(furniture):
    assert (
        plain_text(f"<p>Before.</p>{furniture}and after.<p>End.</p>")
        == "Before.\n\nand after.\n\nEnd."
    )


@pytest.mark.parametrize(
    ("title", "text"),
    [
        pytest.param("“Quotes” & <b>bold</b> 🦊", "“Quotes” & bold 🦊", id="formatting"),
        pytest.param("a < b and c > d", "a < b and c > d", id="less and more"),
        pytest.param("AT&amp;T&#8217;s R&D", "AT&T’s R&D", id="entities and a bare ampersand"),
        pytest.param("Two<br>lines\n and a tab\t.", "Two lines and a tab .", id="line ends"),
        pytest.param("<script> is a tag", "<script> is a tag", id="not formatting"),
        pytest.param("N\x00U\x1fL\ud800", "NUL", id="control characters and half a pair"),
    ],
)
def test_a_title_keeps_its_text_and_loses_its_markup(title, text):
    assert strip_tags(title) == text


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("Boats at dawn. Photo: Jo Li", "Jo Li"),
        ("Boats at dawn. (Photo by Jo Li / Agency)", "Jo Li / Agency"),
        ("Photograph by Jo Li.", "Jo Li"),
        ("(Image credit: Agency)", "Agency"),
        ("© Agency", "Agency"),
        ("The picture by the sea", ""),
        ("A photographer at work", ""),
    ],
)
def test_a_credit_is_found_only_where_one_is_stated(caption, credit):
    assert credit_in(caption) == credit


@given(markup=st.text(alphabet="<>/pbr! -&;=\"'\x00a\ud800", max_size=80))
def test_no_markup_breaks_the_reading(markup):
    assert "\x00" not in plain_text(markup)
