"""Share links: what a network receives once the address is decoded again."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import Rejected
from service.domain.share import SharePage
from service.domain.words import count_text
from service.domain.words.tidying import one_line
from service.share.links import share_links
from service.share.networks import share_networks

# X charges a fixed cost only for domains that can exist, so not one under .example.
URL = "https://www.example.com/2026/06/budget?a=1&b=2"
USABLE = [row.key for row in share_networks().values() if row.status.is_usable]
WITH_ADDRESS = [key for key in USABLE if key != "copy"]
FAMILY = "👩‍👩‍👧‍👦"


def link_to(key: str, **page: object) -> str:
    given_page = SharePage(**{"url": URL, "title": "Rain stops play", **page})  # type: ignore[arg-type]
    return share_links(given_page, [key])[0].address


def sent(address: str) -> dict[str, str]:
    parts = urlsplit(address)
    assert "+" not in parts.query
    return dict(
        parse_qsl(parts.query.removeprefix("&"), keep_blank_values=True, strict_parsing=True)
    )


@pytest.mark.parametrize("key", WITH_ADDRESS)
def test_each_address_says_what_the_collected_example_says(key, shared):
    facts = json.loads(shared("reference/share-networks.json").read_text(encoding="utf-8"))
    told = facts["test_input"]
    example = {row["key"]: row["example"] for row in facts["networks"]}[key]
    page = SharePage(
        url=told["url"],
        title=told["title"],
        text=told["text"],
        image_url=told["image"],
        via=told["via"],
        hashtags=tuple(told["hashtags"].split(",")),
    )

    address = share_links(page, [key], instance="mastodon.example")[0].address

    ours, theirs = urlsplit(address), urlsplit(example)
    assert (ours.scheme, ours.netloc, ours.path) == (theirs.scheme, theirs.netloc, theirs.path)
    assert list(sent(address).items()) == list(sent(example).items())


def test_the_seed_page_gets_its_five_networks_each_once():
    page = SharePage(
        url="https://news.example/biden-kharkiv",
        title="Biden Authorizes Ukraine to Use US Weapons in Kharkiv Region",
    )

    links = share_links(
        page, ["whatsapp", "facebook", "twitter", "linkedin", "telegram", "facebook"]
    )

    title = "Biden%20Authorizes%20Ukraine%20to%20Use%20US%20Weapons%20in%20Kharkiv%20Region"
    url = "https%3A%2F%2Fnews.example%2Fbiden-kharkiv"
    assert {link.network: link.address for link in links} == {
        "whatsapp": f"https://api.whatsapp.com/send?text={title}%0A{url}",
        "facebook": f"https://www.facebook.com/sharer/sharer.php?u={url}",
        "x": f"https://x.com/intent/tweet?text={title}&url={url}",
        "linkedin": f"https://www.linkedin.com/sharing/share-offsite/?url={url}",
        "telegram": f"https://t.me/share/url?url={url}&text={title}",
    }


def test_networks_come_in_the_order_asked_for():
    links = share_links(SharePage(url=URL, title="Rain"), ["telegram", "x", "Telegram", "email"])

    assert [link.label for link in links] == ["Telegram", "X", "Email"]


def test_copy_is_the_clean_address_itself():
    assert link_to("copy", title="Anything") == URL


def test_mail_has_line_breaks_that_mail_programs_know():
    address = link_to("email", title="Rain & wind")

    assert address.startswith(
        "mailto:?subject=Rain%20%26%20wind&body=Rain%20%26%20wind%0D%0A%0D%0A"
    )


def test_a_text_message_opens_on_both_kinds_of_phone():
    assert link_to("sms").startswith("sms:?&body=Rain%20stops%20play%20https%3A%2F%2F")


def test_tags_with_blanks_and_signs_arrive_as_single_words():
    address = link_to("x", hashtags=("#Budget 2026", "a,b", " "), via="@NewsExample")

    assert sent(address)["hashtags"] == "Budget2026,ab"
    assert sent(address)["via"] == "NewsExample"


@pytest.mark.parametrize("key", ["x", "bluesky", "mastodon", "threads", "reddit", "hackernews"])
@pytest.mark.parametrize(
    "unit", ["a long word ", "漢", FAMILY, "é"], ids=["words", "cjk", "zwj", "nfd"]
)
def test_a_title_that_is_too_long_is_cut_until_the_post_fits(key, unit):
    limits = share_networks()[key].limits
    assert limits

    said = sent(link_to(key, title=unit * 600))

    text = said.get("text") or said.get("title") or said["t"]
    whole = f"{text} {said['url']}" if key in {"x", "threads"} else text
    title = text.partition("\n")[0]
    assert count_text(whole, limits).fits
    assert title.endswith("…")
    assert not count_text("and so on and on and on and on " + whole, limits).fits


def test_a_title_is_cut_between_words():
    title = sent(
        link_to("hackernews", title="Parliament passes the budget after a long night " * 4)
    )["t"]

    assert title == "Parliament passes the budget after a long night Parliament passes the budget…"


def test_nothing_that_a_reader_sees_as_one_character_is_split():
    title = sent(link_to("bluesky", title=FAMILY * 400))["text"].partition("\n")[0]

    assert title.removesuffix("…").replace(FAMILY, "") == ""


def test_x_charges_every_address_the_same():
    long_address = "https://www.example.com/" + "x" * 250

    said = sent(link_to("x", url=long_address, title="a" * 256))

    assert said == {"text": "a" * 256, "url": long_address}


def test_tags_make_room_before_the_headline_does():
    said = sent(link_to("x", title="a" * 240, hashtags=("Budget", "Economy", "Parliament")))

    assert said["text"] == "a" * 240
    assert said["hashtags"] == "Budget"


@pytest.mark.parametrize("key", ["whatsapp", "email", "sms"])
def test_an_address_stays_short_enough_to_arrive(key):
    address = link_to(key, title="漢字" * 300)

    assert len(address) <= 2000
    assert "%E6%BC%A2" in address


@pytest.mark.parametrize("key", USABLE)
def test_the_page_s_own_address_is_never_cut(key):
    url = "https://news.example/" + "long/" * 500

    assert url in (link_to(key, url=url), *sent_texts(link_to(key, url=url, title="Rain" * 200)))


def sent_texts(address: str) -> list[str]:
    if not address.partition("?")[1]:
        return []
    return [line for value in sent(address).values() for line in value.replace("\r", "").split()]


def test_override_characters_and_line_breaks_leave_the_title():
    title = sent(link_to("telegram", title="Rain\u202e gnirps\r\nstops\x00\u2066 play\ufeff"))[
        "text"
    ]

    assert title == "Rain gnirps stops play"


def test_words_written_in_two_parts_are_sent_in_one_form():
    assert sent(link_to("telegram", title="Ọlọ́run"))["text"] == "Ọlọ́run"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//news.example/a",
        "news.example/a",
        "https://",
        "https://news.example/a b",
        "https://news.example/a\r\nLocation: https://bad.example",
        'https://news.example/"><script>',
        "https://user:secret@news.example/",
        "https://news.example/\u202egnp.exe",
        "https://[::1",
        "",
    ],
)
def test_an_address_that_is_none_is_refused_in_one_sentence(url):
    with pytest.raises(Rejected, match="cannot be shared: the page's address must be a whole one"):
        link_to("facebook", url=url)


@pytest.mark.parametrize(
    "instance", ["mastodon.social", "Mastodon.Social", "münchen.social", "a.b.c"]
)
def test_a_reader_s_own_server_is_taken(instance):
    link = share_links(SharePage(url=URL, title="Rain"), ["mastodon"], instance=instance)[0]

    host = instance.lower().replace("münchen", "xn--mnchen-3ya")
    assert link.address.startswith(f"https://{host}/share?text=Rain%0A")


@pytest.mark.parametrize(
    "instance",
    [
        "https://mastodon.social", "mastodon.social/x", "mastodon.social:8080", "localhost",
        "127.0.0.1", "[::1]", "a@b.example", "mastodon.social#", "bad.example\\.mastodon.social",
        "-a.example", "a..b", "", "x" * 64 + ".example", "%6d.example", "a。social/", "a b.example",
    ],
)  # fmt: skip
def test_what_is_no_server_name_cannot_become_an_open_redirect(instance):
    with pytest.raises(Rejected, match="is not a Mastodon server: give its name alone"):
        share_links(SharePage(url=URL, title="Rain"), ["mastodon"], instance=instance)


web_addresses = st.from_regex(
    r"https://news\.example/[a-z0-9/_.~!$'()*,;:@%&=+\-]{0,60}(\?[a-zé漢=&+%{}|]{0,30})?(#[a-z+]{0,9})?",
    fullmatch=True,
)


@given(
    title=st.text(max_size=150), url=web_addresses, tags=st.lists(st.text(max_size=9), max_size=3)
)
def test_whatever_the_page_says_arrives_as_it_was_said(title, url, tags):
    page = SharePage(url=url, title=title, hashtags=tuple(tags), via="NewsExample")

    for link in share_links(page, WITH_ADDRESS):
        row = share_networks()[link.network]
        said = sent(link.address)
        assert set(said) <= set(row.params)
        assert any(value.endswith(url) for value in said.values())
        for name in ("title", "subject", "t"):
            if name in said and not said[name].endswith("…"):
                assert said[name] == one_line(title)
