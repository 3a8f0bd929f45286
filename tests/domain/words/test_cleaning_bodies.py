"""Page furniture goes, the story stays."""

import json

import pytest
import trafilatura

from service.domain.words import clean_body

NEWS = (
    "The city council of Redford voted on Monday to close the old bridge for two years, "
    "a decision that shopkeepers had fought since spring."
)


def test_the_seed_article_keeps_its_paragraphs_and_loses_the_page(seed_text, shared):
    headline = seed_text.partition("\n")[0]
    gold = json.loads(shared("vectors/text/extraction/seed_gold.json").read_text(encoding="utf-8"))

    cleaned = clean_body(seed_text, headline=headline)

    assert cleaned.split("\n\n") == gold["paras"]


def test_a_whole_page_loses_what_the_extractor_left_in(shared):
    page = shared("vectors/text/extraction/page_wp.html").read_text(encoding="utf-8")
    gold = json.loads(shared("vectors/text/extraction/seed_gold.json").read_text(encoding="utf-8"))
    extracted = trafilatura.extract(page, fast=True, include_comments=False) or ""

    cleaned = clean_body(extracted, headline=gold["title"])

    assert "READ ALSO" in extracted
    assert cleaned.split("\n\n") == gold["paras"]


@pytest.mark.parametrize(
    "furniture",
    [
        "Kindly share this story:",
        "Share on whatsapp",
        "Top News",
        "Related Articles",
        "READ ALSO: Bridge repairs delayed again",
        "ALSO READ | Why the bridge cracked",
        "Sign up for our newsletter and never miss a story.",
        "Photo: Jane Roe/Agency",
        "Photo by Jane Roe.",
        "Reporting by Jane Roe; editing by John Doe.",
        "Advertisement",
        "ADVERTISEMENT",
        "Follow us on Facebook for more.",
        "© 2026 The Redford Post. All rights reserved.",
        "— Jane Roe (@janeroe) November 22, 2026",
        "pic.twitter.com/AbCdEf123",
        "https://example.com/live",
        "[embedded content]",
        "This article was originally published by another outlet.",
        "What happens next",
        "By Jane Roe",
        "Lea también: Otro título de una noticia",
        "Síguenos en Facebook",
        "À lire aussi : Un autre titre",
        "Partager cet article",
        "Leia também: Outro título",
        "Compartilhe esta notícia",
        "Lesen Sie auch: Ein anderer Titel",
        "Alle Rechte vorbehalten.",
        "Leggi anche: Un altro titolo",
        "Lees ook: Een andere kop",
        "اقرأ أيضا: عنوان آخر",
        "شارك هذا الخبر",
        "यह भी पढ़ें: एक और शीर्षक",
        "व्हाट्सएप पर शेयर करें",
        "আরও পড়ুন: আরেকটি শিরোনাম",
        "Читайте также: Другой заголовок",
        "Подписывайтесь на наш канал.",
        "Czytaj także: Inny tytuł",
        "Bunu da oku: Başka bir başlık",
        "Baca juga: Judul lain",
        "Soma pia: Kichwa kingine",
        "Διαβάστε επίσης: Άλλος τίτλος",
        "分享到微信",
        "相关新闻",
        "関連記事",
        "この記事をシェアする",
        "관련 기사",
        "แชร์ข่าวนี้",
        "Chia sẻ bài viết",
    ],
)
def test_a_line_of_the_page_is_dropped(furniture):
    before, after = NEWS, "Mayor Ada Obi said that buses would take another way through the town."

    cleaned = clean_body(f"{before}\n\n{furniture}\n\n{after}")

    assert cleaned == f"{before}\n\n{after}"


@pytest.mark.parametrize(
    "sentence",
    [
        "Shares on the Lagos exchange fell by 3 percent on Friday.",
        "Facebook said on Monday that it would close its office in the town.",
        "X – formerly Twitter – said that it would appeal.",
        "Photographs from the scene showed the bridge half under water.",
        "Breaking: the bridge has fallen, police said on Tuesday.",
        "Video of the fall was seen two million times.",
        "Follow-up talks will be held in Geneva next week.",
        "Copyright law will be changed in spring, the minister said.",
        "NATO – the alliance – said no.",
        "انضم إلى الحزب ثلاثة نواب جدد يوم الاثنين.",
        "訂閱人數今年增加了一成，公司表示。",
        "コメントは控えると社長は述べた。",
    ],
)
def test_news_that_looks_like_furniture_stays(sentence):
    assert clean_body(f"{NEWS}\n\n{sentence}").endswith(sentence)


@pytest.mark.parametrize(
    ("line", "without"),
    [
        pytest.param(
            "KYIV, Ukraine, May 31 (Reuters) - Police said so.", "Police said so.", id="agency"
        ),
        pytest.param("LAGOS — The state has paid.", "The state has paid.", id="capitals"),
        pytest.param("Paris (AFP) – Le ministre part.", "Le ministre part.", id="French"),
        pytest.param("MADRID, 22 nov (EFE).- El plan sigue.", "El plan sigue.", id="Spanish"),
        pytest.param("LINZ (APA) - Der Rat tagt.", "Der Rat tagt.", id="German"),
        pytest.param("القاهرة (رويترز) - قالت الشرطة ذلك.", "قالت الشرطة ذلك.", id="Arabic"),
        pytest.param("新华社北京5月5日电（记者张三）国务院宣布。", "国务院宣布。", id="Chinese"),
        pytest.param("【東京共同】政府は発表した。", "政府は発表した。", id="Japanese"),
        pytest.param(
            "Kampala, Uganda | THE INDEPENDENT | The road is open.", "The road is open.", id="bars"
        ),
    ],
)
def test_a_dateline_is_taken_off(line, without):
    assert clean_body(line) == without


def test_the_headline_and_a_paragraph_said_twice_are_dropped():
    headline = "Council closes the old bridge"
    body = f"{headline}\n\nCOUNCIL CLOSES THE OLD BRIDGE | The Redford Post\n\n{NEWS}\n\n{NEWS}"

    assert clean_body(body, headline=headline) == NEWS


def test_what_follows_the_share_buttons_is_not_the_story():
    teaser = "A man was arrested in Leeds on Sunday, police there said in a statement."
    body = f"{NEWS}\n\n{NEWS[:-1]} again.\n\nShare on facebook\nTop News\n\n{teaser}"

    assert teaser not in clean_body(body)


def test_a_share_bar_below_the_headline_does_not_end_the_story():
    body = "Share on facebook\nShare on twitter\n\n" + "\n\n".join(
        f"Sentence number {number} of the long report on the bridge." for number in range(9)
    )

    assert len(clean_body(body).split("\n\n")) == 9


def test_lines_broken_at_a_fixed_width_become_one_paragraph():
    body = (
        "The city council voted on Monday evening to close the bridge\n"
        "for two years, because its pillars have cracked.\n\n"
        "The work begins in March."
    )

    assert clean_body(body) == (
        "The city council voted on Monday evening to close the bridge for two years, because "
        "its pillars have cracked.\n\nThe work begins in March."
    )


def test_a_long_heading_is_not_glued_to_the_paragraph_behind_it():
    body = f"READ ALSO: Minister threatens the council over the bridge\n{NEWS}\n{NEWS[:-1]} again."

    assert clean_body(body) == f"{NEWS}\n\n{NEWS[:-1]} again."


def test_a_body_without_full_stops_is_kept():
    assert (
        clean_body("Rain in the north\n\nSun in the south")
        == "Rain in the north\n\nSun in the south"
    )


def test_characters_that_deceive_the_eye_are_taken_out():
    cleaned = clean_body(
        "The \u202eevil\u202c word\x07 is\u200b gone.\ufeff Cafe\u0301 می\u200cشود."
    )

    assert cleaned == "The evil word is gone. Café می\u200cشود."


def test_an_empty_body_stays_empty():
    assert clean_body("") == ""
    assert clean_body("Share on whatsapp\n\n\n") == ""
