"""How things look: the word and icon of every state, times, and colours that can be read."""

import re
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from service.domain.delivery import Delivery, DeliveryOp, DeliveryState, HoldReason
from service.domain.post import Post
from service.web import board, dressing, states, static_files, times
from service.web.help_pages import FOLDER

S = DeliveryState
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SHEET = (static_files.FOLDER / "dashboard.css").read_text(encoding="utf-8")
_TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6});")


def delivery(
    state: DeliveryState, hold_reason: HoldReason | None = None, *, later: bool = False
) -> Delivery:
    return Delivery(
        id="d",
        story_id="s",
        channel_id="c",
        op=DeliveryOp.PUBLISH,
        story_version=1,
        state=state,
        hold_reason=hold_reason,
        due_at=NOW,
        wanted_at=NOW + timedelta(hours=1) if later else NOW,
        created_at=NOW,
        post=Post(text="t", link="https://gazette.example/1", title="t"),
    )


# -- states -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "word"),
    [
        pytest.param(delivery(S.HELD, HoldReason.REVIEW), "Needs approval", id="for review"),
        pytest.param(delivery(S.HELD, HoldReason.PERSON), "Held", id="by a person"),
        pytest.param(delivery(S.PLANNED), "Waiting", id="due"),
        pytest.param(delivery(S.PLANNED, later=True), "Scheduled", id="for later"),
        pytest.param(delivery(S.SENDING), "Going out", id="being sent"),
        pytest.param(delivery(S.PENDING), "Going out", id="being processed"),
        pytest.param(delivery(S.UNCONFIRMED), "Look needed", id="unclear"),
        pytest.param(delivery(S.DELIVERED), "Out", id="out"),
        pytest.param(delivery(S.FAILED), "Failed", id="refused"),
        pytest.param(delivery(S.MISSED), "Too late", id="missed"),
        pytest.param(delivery(S.CANCELLED), "Cancelled", id="cancelled"),
    ],
)
def test_a_state_is_said_in_one_word(found: Delivery, word: str) -> None:
    assert states.shown(found, now=NOW).word == word


def test_what_a_held_story_keeps_back_is_held() -> None:
    assert states.shown(delivery(S.PLANNED), now=NOW, story_is_held=True) is states.HELD
    assert states.shown(delivery(S.DELIVERED), now=NOW, story_is_held=True) is states.OUT


def test_every_state_has_a_word_and_every_word_a_state() -> None:
    every = product(S, [None, *HoldReason], [True, False])
    shown = {
        states.shown(delivery(state, reason, later=later), now=NOW)
        for state, reason, later in every
    }

    assert shown == set(states.ALL)
    assert len({one.word for one in states.ALL}) == len(states.ALL)


@pytest.mark.parametrize("shown", states.ALL, ids=lambda shown: shown.word)
def test_a_state_stands_with_an_icon_and_a_colour(shown: states.Shown) -> None:
    assert "<svg" in dressing.icon(shown.icon)
    assert f".tone-{shown.tone} {{ color: var(--tone-{shown.tone}); }}" in SHEET


def test_a_settled_delivery_offers_no_act() -> None:
    for state in (S.DELIVERED, S.CANCELLED, S.SENDING, S.PENDING):
        assert board.acts_of(delivery(state)) == ()


def test_what_may_be_out_there_is_never_sent_again_without_a_look() -> None:
    unclear = [delivery(S.UNCONFIRMED), delivery(S.UNCONFIRMED, HoldReason.NEEDS_PERSON)]

    assert [board.acts_of(one) for one in unclear] == [(), ("sent", "absent")]


# -- times --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        pytest.param(timedelta(seconds=3), "just now", id="seconds"),
        pytest.param(timedelta(seconds=-3), "in a moment", id="seconds ahead"),
        pytest.param(timedelta(minutes=4), "4 min ago", id="minutes"),
        pytest.param(timedelta(seconds=150), "3 min ago", id="halves go up"),
        pytest.param(timedelta(minutes=-20), "in 20 min", id="minutes ahead"),
        pytest.param(timedelta(minutes=59, seconds=40), "1 h ago", id="nearly an hour"),
        pytest.param(timedelta(hours=23, minutes=40), "1 day ago", id="nearly a day"),
        pytest.param(timedelta(days=3), "3 days ago", id="days"),
        pytest.param(timedelta(days=30), "23 Oct 2026", id="a date"),
    ],
)
def test_times_are_told_as_people_say_them(ago: timedelta, words: str) -> None:
    assert times.relative(NOW - ago, NOW) == words


def test_the_exact_time_names_its_zone() -> None:
    assert times.exact(NOW) == "22 Nov 2026, 12:00:00 UTC"
    assert 'title="22 Nov 2026, 12:00:00 UTC"' in dressing.when(NOW)


# -- addresses and sentences --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "is_link"),
    [
        pytest.param("https://gazette.example/1", True, id="https"),
        pytest.param("http://127.0.0.1:8020/simulated/1", True, id="http"),
        pytest.param("javascript:alert(1)", False, id="a script"),
        pytest.param("data:text/html,x", False, id="data"),
        pytest.param("https://", False, id="no host"),
        pytest.param("https://[", False, id="broken"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_only_web_addresses_become_links(value: str, *, is_link: bool) -> None:
    assert dressing.web_address(value) == (value if is_link else "")


def test_a_reason_becomes_a_sentence() -> None:
    assert dressing.sentence("the token is old") == "The token is old."
    assert dressing.sentence("Who is this?") == "Who is this?"
    assert dressing.sentence(" ") == ""


# -- colours ------------------------------------------------------------------------------------


def schemes() -> dict[str, dict[str, str]]:
    light, _, dark = SHEET.partition("@media (prefers-color-scheme: dark)")
    dark = dark.partition("/* -- ground")[0]
    return {"light": dict(_TOKEN.findall(light)), "dark": dict(_TOKEN.findall(dark))}


def contrast(one: str, other: str) -> float:
    """The ratio that WCAG 2.2 defines."""

    def luminance(colour: str) -> float:
        channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_measure_of_contrast_is_right() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_every_ground(scheme: str) -> None:
    tokens = schemes()[scheme]
    texts = [name for name in tokens if name.startswith(("ink", "tone-", "accent"))]
    measured = {
        (text, ground): contrast(tokens[text], tokens[ground])
        for text, ground in product(texts, ("paper", "surface"))
    }
    measured["on-accent", "accent"] = contrast(tokens["on-accent"], tokens["accent"])
    measured["ink", "line"] = contrast(tokens["ink"], tokens["line"])
    measured["ink-quiet", "line"] = contrast(tokens["ink-quiet"], tokens["line"])

    assert len(texts) == 9
    assert {pair: round(ratio, 2) for pair, ratio in measured.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_borders_of_controls_can_be_seen(scheme: str) -> None:
    tokens = schemes()[scheme]

    for ground in ("paper", "surface"):
        assert contrast(tokens["edge"], tokens[ground]) >= 3, ground


def test_both_schemes_name_every_colour_and_the_help_page_tells_them() -> None:
    found = schemes()
    page = (FOLDER / "look.md").read_text(encoding="utf-8")
    told = {
        name: (light, dark)
        for name, light, dark in re.findall(
            r"^\| ([\w-]+) \| `(#\w{6})` \| `(#\w{6})` \|", page, re.MULTILINE
        )
    }

    assert found["light"].keys() == found["dark"].keys()
    assert told == {name: (found["light"][name], found["dark"][name]) for name in found["light"]}
