"""Where headlines may be broken. A stroke stands for a place where a line may end."""

import subprocess
import sys
from itertools import accumulate, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icu4py.breakers import CharacterBreaker, LineBreaker

from service.cards.text import breaks
from service.cards.text.breaks import graphemes, phrases, segments


def _parted(text: str, pieces: list[tuple[int, int]]) -> str:
    return "|".join(text[start:end] for start, end in pieces)


@pytest.mark.parametrize(
    ("text", "language", "parted"),
    [
        pytest.param("Ferry strike ends, at last", "en", "Ferry|strike|ends,|at|last", id="words"),
        pytest.param("Rates rise 0.25% to $5.1bn", "", "Rates|rise|0.25%|to|$5.1bn", id="numbers"),
        pytest.param("Covid-19 and co-op", "en", "Covid-19|and|co-|op", id="hyphens"),
        pytest.param("his and/or her 24/7 job", "en", "his|and/or|her|24/7|job", id="slashes"),
        pytest.param("или и/или 5 км/ч", "ru", "или|и/или|5|км/ч", id="Cyrillic slashes"),
        pytest.param(
            "see www.example.org/news/live",
            "en",
            "see|www.example.org/|news/|live",
            id="address",
        ),
        pytest.param("open 8:15–10:20, Mon–Fri", "en", "open|8:15–10:20,|Mon–|Fri", id="a range"),
        pytest.param("$1.2m (≈ €1.1m)", "en", "$1.2m|(≈ €1.1m)", id="about so much"),
        pytest.param("not found: /news/live", "en", "not|found: /news/live", id="a path"),
        pytest.param("up +₦0.5m or −€3", "en", "up|+₦0.5m|or|−€3", id="signs before currencies"),
        pytest.param("The vote—a close one", "en", "The|vote—|a|close|one", id="an English dash"),
        pytest.param("« Non », dit-il", "fr", "« Non »,|dit-|il", id="French quotation marks"),
        pytest.param(
            "10\u00a0%\u00a0plus\u00a0 ", "de", "10\u00a0%\u00a0plus\u00a0", id="no-break spaces"
        ),
        pytest.param(
            "참석…“지역", "ko", "참|석…“지|역", id="a Korean ellipsis holds the quotation"
        ),
        pytest.param("xuống 4,25%/năm", "vi", "xuống|4,25%/năm", id="per cent per year"),
        pytest.param("  two  spaces ", "en", "|two|spaces", id="spaces at the start are a piece"),
        pytest.param("นายกรัฐมนตรีเปิดท่าเรือ", "th", "นายก|รัฐมนตรี|เปิด|ท่าเรือ", id="Thai words"),
        pytest.param("ตอนนี้นั่งเรือวันนี้", "th", "ตอนนี้|นั่ง|เรือ|วันนี้", id="Thai now and today"),
        pytest.param("ក្រសួងសុខាភិបាលបានជូនដំណឹង", "km", "ក្រសួងសុខាភិបាល|បាន|ជូនដំណឹង", id="Khmer"),
        pytest.param("ກະຊວງສາທາລະນະສຸກແຈ້ງເຕືອນ", "lo", "ກະຊວງສາທາລະນະສຸກ|ແຈ້ງ|ເຕືອນ", id="Lao"),
        pytest.param("ကျန်းမာရေးဝန်ကြီးဌာန", "my", "ကျန်းမာရေး|ဝန်ကြီးဌာန", id="Burmese"),
        pytest.param("「東京」へ、行った。", "ja", "「東|京」|へ、|行っ|た。", id="kinsoku"),
        pytest.param("コーヒーショップ", "ja", "コー|ヒー|ショッ|プ", id="small kana"),
        pytest.param("投资1,200亿元（约）", "zh", "投|资|1,200|亿|元|（约）", id="Chinese"),
        pytest.param("대통령은 오늘", "ko", "대|통|령|은|오|늘", id="Korean syllables"),
        pytest.param("👩‍🚒🇩🇪 here", "en", "👩‍🚒|🇩🇪|here", id="offsets behind an emoji"),
        pytest.param("", "en", "", id="nothing"),
    ],
)
def test_lines_end_where_the_script_allows_it(text, language, parted):
    assert _parted(text, segments(text, language)) == parted


@pytest.mark.parametrize(
    ("text", "language", "parted"),
    [
        pytest.param(
            "バイデン大統領、ウクライナに武器使用を許可",
            "ja",
            "バイデン大統領、|ウクライナに|武器使用を|許可",
            id="Japanese",
        ),
        pytest.param("国务院总理出席开幕式", "zh-CN", "国务院|总理|出席|开幕式", id="simplified"),
        pytest.param("行政院長出席博覽會", "zh-TW", "行政院長|出席|博覽會", id="traditional"),
        pytest.param(
            "高峰最短2分30秒一班", "zh-Hans", "高峰|最|短|2分30秒|一|班", id="counters of figures"
        ),
        pytest.param("대통령은 오늘 국회에서", "ko", "대통령은|오늘|국회에서", id="Korean words"),
        pytest.param("W tym roku i w domu", "pl", "W tym|roku|i w domu", id="lone Polish letters"),
        pytest.param("Що я бачу з дому", "uk", "Що|я бачу|з дому", id="lone Ukrainian letters"),
        pytest.param("Plan B dla 5 osób", "pl", "Plan|B|dla|5|osób", id="letters that are names"),
        pytest.param("Ferry strike ends", "en", "Ferry|strike|ends", id="others as in lines"),
    ],
)
def test_headlines_read_best_when_broken_between_phrases(text, language, parted):
    assert _parted(text, phrases(text, language)) == parted


@given(st.text(st.sampled_from("東京へ行った。、「」ー っキャ12,%ab-/—"), max_size=30))
def test_a_phrase_never_ends_where_a_line_may_not(text):
    for language in ("ja", "zh", "ko"):
        line_starts = {start for start, _ in segments(text, language)}

        assert {start for start, _ in phrases(text, language)} <= line_starts


@pytest.mark.parametrize("language", ["en", "ja", "fi"])
def test_the_short_way_for_plain_words_agrees_with_icu(language):
    texts = ["".join(text) for text in product("a1é.,:;!?%$\"'’() ", repeat=4)]
    texts += [f"{chr(letter)}a {chr(letter)}'{chr(letter)}" for letter in range(0x600)]
    plain = [text for text in texts if breaks._PLAIN.fullmatch(text)]

    assert len(plain) > 4000
    for text in plain:
        by_icu = accumulate((len(piece) for piece in LineBreaker(text, language)), initial=0)
        assert [start for start, _ in segments(text, language)] == list(by_icu)[:-1], text


@given(st.text(st.characters(max_codepoint=0x2FF) | st.sampled_from("\r\nनि👩\u200d🚒")))
def test_the_short_way_for_characters_agrees_with_icu(text):
    assert [text[start:end] for start, end in graphemes(text)] == list(CharacterBreaker(text, "en"))


def test_a_plain_headline_loads_neither_icu_nor_a_model():
    program = (
        "import sys; from service.cards.text.breaks import graphemes, phrases, segments; "
        "t = 'Łódź: Ferry strike ends after 9.5 days, Müller\u2019s union says (2026)'; "
        "segments(t, 'pl'); phrases(t, 'pl'); graphemes(t[:40]); "
        "print(sorted({'icu4py', 'regex', 'budoux'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
