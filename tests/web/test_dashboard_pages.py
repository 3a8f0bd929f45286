"""What staff see and do: Today, a story, the queue, the channels, help."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, event

from service import clock, intake
from service.domain.delivery import DeliveryState, HoldReason
from service.domain.post import Payload, Post
from service.domain.story import StoryContent, StoryEvent, StoryEventKind
from service.house import House
from service.storage.channels import ChannelStore
from service.storage.deliveries import DeliveryStore
from service.storage.events import EventStore
from service.storage.stories import Photo, StoryStore
from service.web import help_pages, states, today
from tests.web.browsing import EMAIL, Browser, delivery_of, signed_in, told, trail_of
from tests.web.outside import in_state, planned

S = DeliveryState


@pytest.fixture
def desk(client: FlaskClient, house: House) -> Browser:
    return signed_in(house, client)


@contextmanager
def queries(house: House) -> Iterator[list[str]]:
    """The SELECTs that are made inside."""
    made: list[str] = []

    def note(_conn, _cursor, statement, *_rest) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            made.append(statement)

    event.listen(house.database.engine, "before_cursor_execute", note)
    yield made
    event.remove(house.database.engine, "before_cursor_execute", note)


# -- Today --------------------------------------------------------------------------------------


def test_today_shows_the_newest_story_first_with_card_and_state(
    desk: Browser, house: House
) -> None:
    old = told(house, "Old news", age=timedelta(hours=2))
    new = told(house, "Ferry returns", age=timedelta(minutes=4))
    out = planned(house, old, name="our sky")
    in_state(house, out, S.DELIVERED, remote_url="https://sky.example/1")

    page = desk.page("/desk")

    assert page.index("Ferry returns") < page.index("Old news")
    assert "4 min ago" in page
    assert page.count('src="/cards/') == 2
    assert f'href="/desk/stories/{old.id}#delivery-{out}"' in page
    assert re.search(r"our sky</span><span class=\"state tone-out\">.*?Out", page)
    assert f'href="/desk/stories/{new.id}"' in page


def test_the_pictures_of_today_can_be_had(desk: Browser, house: House) -> None:
    told(house, "Ferry returns")
    [address] = re.findall(r'src="(/cards/[^"]+)"', desk.page("/desk"))

    picture = desk.get(address)

    assert picture.status_code == 200
    assert picture.mimetype == "image/jpeg"


def test_an_empty_desk_teaches_the_next_step(desk: Browser, house: House) -> None:
    page = desk.page("/desk")

    assert f"{house.settings.public_address}/webhooks/cms" in page
    assert f"curl {house.settings.public_address}/api/v1/stories" in page
    assert "kindly source add" in page


def test_new_stories_gather_under_a_line_and_rows_stay(desk: Browser, house: House) -> None:
    told(house, "First")
    address = live_address(desk.page("/desk"))
    assert desk.live(address)["news"].strip() == ""

    for headline in ("Second", "Third"):
        told(house, headline)

    parts = desk.live(address)
    assert "2 new stories" in parts["news"]
    assert len([name for name in parts if name.startswith("chips-")]) == 1


def test_an_open_page_learns_what_became_of_a_post(desk: Browser, house: House) -> None:
    story = told(house, "Ferry returns")
    delivery_id = planned(house, story)
    address = live_address(desk.page("/desk"))
    before = desk.get(address, Accept="application/json")
    same = desk.get(
        address, **{"Accept": "application/json", "If-None-Match": before.headers["ETag"]}
    )

    in_state(house, delivery_id, S.FAILED, problem="no such account")

    after = desk.get(
        address, **{"Accept": "application/json", "If-None-Match": before.headers["ETag"]}
    )
    assert same.status_code == 304
    assert after.json is not None
    assert "Failed" in after.json["parts"][f"chips-{story.id}"]


@pytest.mark.parametrize(
    "instant",
    [
        "0001-01-01T00:00:00",
        "9999-12-31T23:59:59.999999",
        "2026-11-22T12:00:00",
        "yesterday",
        "%00",
    ],
)
def test_any_instant_in_an_address_is_answered(desk: Browser, instant: str) -> None:
    assert desk.get(f"/desk?before={instant}").status_code == 200
    assert desk.get(f"/desk/live?first=1&since={instant}").status_code == 200


def test_earlier_stories_are_a_page_away(desk: Browser, house: House) -> None:
    for number in range(today.PAGE + 2):
        told(house, f"Story {number:02}", age=timedelta(minutes=number))
    first = desk.page("/desk")
    [older] = re.findall(r'href="(/desk\?before=[^"]+)"', first)

    second = desk.page(older.replace("&amp;", "&"))

    assert f"Story {today.PAGE - 1:02}" in first
    assert f"Story {today.PAGE:02}" not in first
    assert f"Story {today.PAGE:02}" in second
    assert f"Story {today.PAGE - 1:02}" not in second


def test_a_page_asks_the_database_as_often_for_many_stories_as_for_one(
    desk: Browser, house: House
) -> None:
    counts = {}
    for stories in (1, 12):
        for number in range(stories):
            story = told(house, f"Story {stories} {number}")
            planned(house, story, name=f"channel {stories} {number}")
        for path in ("/desk", f"/desk/stories/{story.id}", "/desk/queue", "/desk/channels"):
            with queries(house) as made:
                desk.page(path)
            counts[path.replace(story.id, "one"), stories] = len(made)

    for path in ("/desk", "/desk/stories/one", "/desk/queue", "/desk/channels"):
        assert counts[path, 1] == counts[path, 12] <= 13, path


# -- a story ------------------------------------------------------------------------------------


def test_a_story_shows_cards_links_words_and_their_count(desk: Browser, house: House) -> None:
    story = told(house, "Ferry returns")
    planned(house, story)

    page = desk.page(f"/desk/stories/{story.id}")

    sizes = re.findall(r"<figcaption>(\d+ × \d+)</figcaption>", page)
    assert sizes == [
        "1200 × 630",
        "1200 × 675",
        "1080 × 1080",
        "1080 × 1350",
        "1080 × 1920",
        "1000 × 1500",
    ]
    assert "https://api.whatsapp.com/send?text=Ferry%20returns" in page
    assert "Ferry returns https://gazette.example/story" in page
    assert re.search(r"<b>43</b> of 300", page)


def test_a_story_tells_everything_that_happened(desk: Browser, house: House) -> None:
    story = told(house, "Ferry returns", age=timedelta(minutes=9))
    delivery_id = planned(house, story)
    now = clock.now()
    with house.database.write() as tx:
        store = DeliveryStore(tx)
        claimed = store.claim(delivery_id, now=now, lease=timedelta(minutes=1))
        assert claimed is not None
        attempt = store.begin(claimed, Payload({}), record_key="", now=now)
        assert attempt is not None
        store.end_attempt(attempt, "failed", "the account is locked", now=now)
        store.finish(claimed, S.FAILED, now=now, problem="the account is locked")
    desk.post(f"/desk/deliveries/{delivery_id}/retry")

    page = desk.page(f"/desk/stories/{story.id}")

    history = page[page.index("What happened") :]
    assert "published" in history
    assert "Version 1 (live)" in history
    assert "Send: refused" in history
    assert "the account is locked" in history
    assert f"<b>{EMAIL}</b> retry (our sky)" in history


def test_posts_that_are_planned_meanwhile_are_told(desk: Browser, house: House) -> None:
    story = told(house, "Ferry returns")
    address = live_address(desk.page(f"/desk/stories/{story.id}"))
    before = desk.live(address)["more"].strip()

    planned(house, story)

    assert before == ""
    assert "1 more post" in desk.live(address)["more"]


def test_an_address_that_is_none_becomes_no_link(desk: Browser, house: House) -> None:
    story = told(house, "Ferry returns")
    delivery_id = planned(house, story)
    in_state(house, delivery_id, S.DELIVERED, remote_url="javascript:alert(1)")

    page = desk.page(f"/desk/stories/{story.id}")

    assert "javascript:" not in page


def test_a_photo_that_could_not_be_had_says_why(desk: Browser, house: House) -> None:
    story = told(house, "Ferry returns")
    with house.database.write() as tx:
        StoryStore(tx).keep_photo(story.id, Photo("x", "", "the address answers 404"))

    assert "the address answers 404" in desk.page(f"/desk/stories/{story.id}")


# -- acts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "start", "end"),
    [
        pytest.param("approve", S.HELD, S.PLANNED, id="approve"),
        pytest.param("hold", S.PLANNED, S.HELD, id="hold"),
        pytest.param("cancel", S.HELD, S.CANCELLED, id="cancel"),
        pytest.param("retry", S.FAILED, S.PLANNED, id="try a failed one again"),
        pytest.param("retry", S.MISSED, S.PLANNED, id="send a late one after all"),
        pytest.param("absent", S.UNCONFIRMED, S.PLANNED, id="it is not there"),
        pytest.param("sent", S.UNCONFIRMED, S.DELIVERED, id="it is there"),
    ],
)
def test_an_act_is_offered_done_and_written_down(
    desk: Browser, house: House, act: str, start: DeliveryState, end: DeliveryState
) -> None:
    story = told(house, "Ferry returns")
    delivery_id = planned(house, story)
    reason = HoldReason.NEEDS_PERSON.value if start is S.UNCONFIRMED else None
    in_state(house, delivery_id, start, hold_reason=reason)
    address = f"/desk/deliveries/{delivery_id}/{act}"
    offered = desk.page(f"/desk/stories/{story.id}")

    answer = desk.post(address)

    assert f'action="{address}"' in offered
    assert answer.status_code == 200
    assert 'class="notice done"' in answer.text
    assert delivery_of(house, delivery_id).state is end
    assert [entry.actor for entry in trail_of(house, delivery_id)] == [EMAIL]


@pytest.mark.parametrize(
    ("act", "state"),
    [
        pytest.param("approve", S.DELIVERED, id="approve what is out"),
        pytest.param("cancel", S.DELIVERED, id="cancel what is out"),
        pytest.param("hold", S.CANCELLED, id="hold what is cancelled"),
        pytest.param("retry", S.UNCONFIRMED, id="retry what may be out there"),
        pytest.param("absent", S.FAILED, id="settle what is clear"),
        pytest.param("sent", S.PLANNED, id="settle what was never sent"),
    ],
)
def test_an_act_that_comes_too_late_says_so_and_changes_nothing(
    desk: Browser, house: House, act: str, state: DeliveryState
) -> None:
    story = told(house, "Ferry returns")
    delivery_id = planned(house, story)
    in_state(house, delivery_id, state)
    address = f"/desk/deliveries/{delivery_id}/{act}"

    offered = desk.page(f"/desk/stories/{story.id}")
    answer = desk.post(address)

    assert f'action="{address}"' not in offered
    assert answer.status_code == 200
    assert 'class="notice problem"' in answer.text
    assert delivery_of(house, delivery_id).state is state
    assert trail_of(house, delivery_id) == []


def test_what_kindly_can_settle_by_itself_is_not_asked_of_a_person(
    desk: Browser, house: House
) -> None:
    story = told(house, "Ferry returns")
    in_state(house, planned(house, story), S.UNCONFIRMED)

    page = desk.page(f"/desk/stories/{story.id}")

    assert "Look needed" in page
    assert "It is there" not in page


def test_the_address_of_a_found_post_becomes_its_receipt(desk: Browser, house: House) -> None:
    story = told(house, "Ferry returns")
    delivery_id = planned(house, story)
    in_state(house, delivery_id, S.UNCONFIRMED, hold_reason=HoldReason.NEEDS_PERSON.value)
    address = f"/desk/deliveries/{delivery_id}/sent"

    refused = desk.post(address, url="javascript:alert(1)")
    kept = delivery_of(house, delivery_id).state
    answer = desk.post(address, url=" https://t.example/42 ")

    assert "is no web address" in refused.text
    assert kept is S.UNCONFIRMED
    assert 'href="https://t.example/42"' in answer.text


def test_new_words_are_kept_as_they_were_typed(desk: Browser, house: House) -> None:
    delivery_id = planned(house, told(house, "Ferry returns"))

    answer = desk.post(f"/desk/deliveries/{delivery_id}/reword", text="She sails.\r\n\r\nToday.")

    post = delivery_of(house, delivery_id).post
    assert "The new words are kept." in answer.text
    assert post.text == "She sails.\n\nToday."
    assert post.is_edited


def test_words_that_are_too_long_come_back_with_the_reason_beside_them(
    desk: Browser, house: House
) -> None:
    delivery_id = planned(house, told(house, "Ferry returns"))
    words = "A boat. " * 40

    answer = desk.post(f"/desk/deliveries/{delivery_id}/reword", text=words)

    assert answer.status_code == 422
    assert "19 graphemes too long (319 of 300)" in answer.text
    assert words.strip() in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert not delivery_of(house, delivery_id).post.is_edited


def test_words_that_come_too_late_are_not_lost(desk: Browser, house: House) -> None:
    delivery_id = planned(house, told(house, "Ferry returns"))
    in_state(house, delivery_id, S.SENDING)

    answer = desk.post(f"/desk/deliveries/{delivery_id}/reword", text="Words of a whole morning")

    assert answer.status_code == 409
    assert "Words of a whole morning</textarea>" in answer.text


def test_a_held_story_shows_everywhere_and_is_released(desk: Browser, house: House) -> None:
    story = told(house, "Ferry returns")
    planned(house, story)

    held = desk.post(f"/desk/stories/{story.id}/hold")
    today_page, queue = desk.page("/desk"), desk.page("/desk/queue")
    released = desk.post(f"/desk/stories/{story.id}/release")

    assert "Release the story" in held.text
    assert '<span class="badge">Held</span>' in today_page
    assert "The story is held" in queue
    assert "Hold the story" in released.text
    assert [entry.action for entry in trail_of(house, story.id)] == ["release story", "hold story"]


def test_holding_a_story_that_is_not_there_is_not_found(desk: Browser, house: House) -> None:
    answer = desk.post("/desk/stories/nowhere/hold")

    assert answer.status_code == 404
    assert trail_of(house, "nowhere") == []


# -- queue --------------------------------------------------------------------------------------


def test_the_queue_says_what_each_post_waits_for(desk: Browser, house: House) -> None:
    story = told(house, "Ferry returns")
    waiting = {
        "review": (S.HELD, {"hold_reason": "review"}, "Somebody has to read and approve it."),
        "unclear": (S.UNCONFIRMED, {"hold_reason": "needs person"}, "somebody has to look and say"),
        "looking": (S.UNCONFIRMED, {}, "Kindly looks before anything else."),
        "refused": (S.FAILED, {"problem": "no such account"}, "It was refused: no such account."),
        "late": (S.MISSED, {}, "It is too late to go out by itself"),
        "next": (S.PLANNED, {}, "A worker takes it up in a moment."),
    }
    for name, (state, changes, _) in waiting.items():
        in_state(house, planned(house, story, name=name), state, **changes)
    in_state(house, planned(house, story, name="settled"), S.DELIVERED)

    page = desk.page("/desk/queue")

    groups = re.split(r"<section", page)[2:]
    assert ["Needs a person" in group for group in groups] == [True, False, False]
    for name, group in zip(waiting, (0, 0, 2, 1, 1, 2), strict=True):
        assert waiting[name][2] in groups[group], name
    assert "settled" not in page


def test_the_queue_shows_what_could_not_be_taken_in(desk: Browser, house: House) -> None:
    now = clock.now()
    event = StoryEvent(
        source="ghost",
        external_id="9",
        kind=StoryEventKind.PUBLISHED,
        dedupe_key="stuck",
        stamp=now,
        content=StoryContent(headline="Ferry <b>late</b>", url="https://news.example/9"),
    )
    event_id = intake.receive(house.database, event, now=now)
    assert "Not taken in" not in desk.page("/desk/queue")
    with house.database.write() as tx:
        EventStore(tx).postpone(str(event_id), problem="the disk is full", until=now)

    page = desk.page("/desk/queue")

    assert "Not taken in" in page
    assert "Ferry &lt;b&gt;late&lt;/b&gt;" in page
    assert "ghost said “published”: the disk is full. Tries so far: 1" in page


def test_an_act_in_the_queue_leads_back_to_the_queue(desk: Browser, house: House) -> None:
    delivery_id = planned(house, told(house, "Ferry returns"))
    in_state(house, delivery_id, S.HELD, hold_reason="review")

    answer = desk.post(f"/desk/deliveries/{delivery_id}/approve", **{"from": "queue"})

    assert answer.request.path == "/desk/queue"
    assert "Approved" in answer.text


# -- channels -----------------------------------------------------------------------------------


def test_a_channel_is_paused_and_resumed(desk: Browser, house: House) -> None:
    delivery_id = planned(house, told(house, "Ferry returns"))
    channel_id = delivery_of(house, delivery_id).channel_id

    paused = desk.post(f"/desk/channels/{channel_id}/pause")
    queue = desk.page("/desk/queue")
    resumed = desk.post(f"/desk/channels/{channel_id}/resume")

    assert f"Paused by {EMAIL}." in paused.text
    assert f"The channel is paused: paused by {EMAIL}." in queue
    assert "Posting" in resumed.text
    actions = [entry.action for entry in trail_of(house, channel_id)]
    assert actions == ["resume channel", "pause channel"]


def test_a_channel_shows_its_settings_and_what_is_open(desk: Browser, house: House) -> None:
    story = told(house, "Ferry returns")
    in_state(house, planned(house, story, name="our sky"), S.FAILED)

    page = desk.page("/desk/channels")

    assert "Bluesky (simulated)" in page
    assert "<dt>style</dt><dd" in page
    assert "<b>1</b> failed" in page
    assert "<b>0</b> waiting" in page


def test_a_channel_of_a_kind_that_is_gone_breaks_no_page(desk: Browser, house: House) -> None:
    story = told(house, "Ferry returns")
    with house.database.write() as tx:
        channel_id = ChannelStore(tx).add("old", "gone", {}, sealed=b"", now=clock.now())
        delivery_id = planned_on(tx, story.id, channel_id)

    for path in ("/desk", f"/desk/stories/{story.id}", "/desk/queue", "/desk/channels"):
        assert "old" in desk.page(path)
    assert "not installed" in desk.page("/desk/channels")
    assert delivery_of(house, delivery_id).state is S.PLANNED


def test_no_channel_yet_teaches_how_to_add_one(desk: Browser) -> None:
    assert "kindly channel add" in desk.page("/desk/channels")


# -- help ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(help_pages.titles()))
def test_every_help_page_can_be_read_without_signing_in(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/help/{name}")

    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1
    assert help_pages.titles()[name] in answer.text


def test_the_help_explains_every_state() -> None:
    page = (help_pages.FOLDER / "deliveries.md").read_text(encoding="utf-8")

    for state in states.ALL:
        assert f"| {state.word} |" in page


def test_a_help_page_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    for name in ("nothing", "..%2f..%2fapp", "index.md"):
        assert client.get(f"/help/{name}").status_code == 404


def live_address(page: str) -> str:
    [address] = re.findall(r'data-live="([^"]+)"', page)
    return str(address).replace("&amp;", "&")


def planned_on(tx: Connection, story_id: str, channel_id: str) -> str:
    delivery_id = DeliveryStore(tx).plan(
        story_id=story_id,
        story_version=1,
        channel_id=channel_id,
        state=S.PLANNED,
        hold_reason=None,
        post=Post(text="Ferry", link="https://gazette.example/story", title="Ferry"),
        now=clock.now(),
    )
    assert delivery_id is not None
    return delivery_id
