"""What staff choose for a story's card, and which posts then show it."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from service import clock, press
from service.desk import Desk
from service.domain.card import NO_CHOICE, Card, CardChoice, Focus
from service.domain.delivery import DeliveryState
from service.domain.errors import BadPayload, Conflict
from service.domain.plan import RuleMode
from service.domain.story import Story
from service.house import House
from service.storage.brands import BrandStore
from service.storage.staff import StaffStore
from service.storage.stories import Photo, StoryStore
from tests.conftest import TestClock
from tests.workers.newsroom import CONTENT, Newsroom, post_then_raise
from workers import planning

S = DeliveryState
NUMBER = CardChoice(template="number", details=(("figure", "4.5 million"),))


@pytest.fixture
def newsroom(house: House, stopped_clock: TestClock) -> Newsroom:
    return Newsroom(house)


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house, "ada@news.example")


def choose(newsroom: Newsroom, desk: Desk, choice: CardChoice) -> int:
    faces = {name: kind.face for name, kind in newsroom.roster.kinds.items()}
    return desk.choose_card(story(newsroom).id, choice, faces=faces, now=clock.now())


def story(newsroom: Newsroom) -> Story:
    with newsroom.house.database.read() as tx:
        [found] = StoryStore(tx).newest(limit=2)
    return found


def shown(newsroom: Newsroom) -> Card:
    """The card that the story's first post shows."""
    picture = newsroom.deliveries()[0].post.picture
    assert picture is not None
    card = newsroom.house.renditions.card(picture.card_digest)
    assert card is not None
    return card


def picture(colour: str = "#7F6A55") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 400), colour).save(buffer, "JPEG")
    return buffer.getvalue()


# -- what becomes of a choice -------------------------------------------------------------------


def test_posts_that_have_not_gone_out_show_the_card_that_was_chosen(
    newsroom: Newsroom, desk: Desk
) -> None:
    newsroom.open_channel("alpha")
    newsroom.open_channel("beta", mode=RuleMode.REVIEW)
    newsroom.publish()

    changed = choose(newsroom, desk, NUMBER)

    cards = {delivery.post.picture.card_digest for delivery in newsroom.deliveries()}
    assert changed == 2
    assert cards == {shown(newsroom).digest}
    assert shown(newsroom).template == "number"
    assert all("4.5 million" in each.post.picture.alt for each in newsroom.deliveries())


def test_what_is_out_or_going_out_keeps_the_card_it_has(newsroom: Newsroom, desk: Desk) -> None:
    platforms = [newsroom.open_channel(name) for name in ("alpha", "beta")]
    newsroom.publish()
    [first, second] = newsroom.deliveries()
    newsroom.deliver(first.id)
    for platform in platforms:
        platform.script = [post_then_raise(KeyboardInterrupt())]
    with pytest.raises(KeyboardInterrupt):
        newsroom.deliver(second.id)

    changed = choose(newsroom, desk, NUMBER)

    assert changed == 0
    assert [one.state for one in newsroom.deliveries()] == [S.DELIVERED, S.SENDING]
    assert shown(newsroom).template == "standard"


def test_a_post_that_is_changed_to_another_card_still_goes_out(
    newsroom: Newsroom, desk: Desk
) -> None:
    platform = newsroom.open_channel("alpha")
    [delivery_id] = newsroom.publish()
    choose(newsroom, desk, NUMBER)

    assert newsroom.deliver(delivery_id) is S.DELIVERED
    assert platform.journal == [delivery_id]


def test_a_choice_holds_for_the_next_version_too(
    newsroom: Newsroom, desk: Desk, stopped_clock: TestClock
) -> None:
    newsroom.open_channel("alpha", mode=RuleMode.REVIEW)
    newsroom.publish()
    choose(newsroom, desk, NUMBER)
    stopped_clock.advance(seconds=5)

    newsroom.publish(kind="updated", content=replace(CONTENT, headline="Harbour open again"))

    assert shown(newsroom).headline == "Harbour open again"
    assert shown(newsroom).text("figure") == "4.5 million"


def test_a_choice_made_while_posts_are_planned_is_not_lost(
    newsroom: Newsroom, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.open_channel("alpha")
    make = press.card_of
    chosen: list[Card] = []

    def make_slowly(house: House, told: Story, *rest: object) -> Card:
        card = make(house, told, *rest)  # type: ignore[arg-type]
        if not chosen:
            chosen.append(card)
            choose(newsroom, desk, NUMBER)
        return card

    monkeypatch.setattr(press, "card_of", make_slowly)
    event = newsroom.tell()
    assert event is not None
    planning.take_in(newsroom.house, newsroom.roster, event)

    assert shown(newsroom).template == "number"


def test_a_choice_made_for_an_older_version_is_refused(
    newsroom: Newsroom, desk: Desk, stopped_clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.open_channel("alpha")
    newsroom.publish()
    make = press.card_of

    def make_slowly(house: House, told: Story, *rest: object) -> Card:
        monkeypatch.setattr(press, "card_of", make)
        stopped_clock.advance(seconds=5)
        newsroom.publish(kind="updated", content=replace(CONTENT, headline="New head"))
        return make(house, told, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(press, "card_of", make_slowly)
    with pytest.raises(Conflict, match="has just changed"):
        choose(newsroom, desk, NUMBER)

    assert story(newsroom).choice == NO_CHOICE
    assert shown(newsroom).headline == "New head"


def test_a_choice_is_on_the_trail(newsroom: Newsroom, desk: Desk) -> None:
    newsroom.open_channel("alpha")
    newsroom.publish()

    choose(newsroom, desk, NUMBER)

    with newsroom.house.database.read() as tx:
        [entry] = StaffStore(tx).trail(subjects=[story(newsroom).id])
    assert (entry.actor, entry.action) == ("ada@news.example", "choose card")
    assert entry.details == {"template": "number", "posts": 1}


# -- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        pytest.param(CardChoice(template="poster"), "no card template 'poster'", id="template"),
        pytest.param(CardChoice(template="number"), "needs Figure", id="a field is missing"),
        pytest.param(
            replace(NUMBER, details=(("figure", "9" * 60),)), "60 characters", id="too long"
        ),
        pytest.param(CardChoice(details=(("figure", "9"),)), "no field 'figure'", id="unknown"),
        pytest.param(CardChoice(portrait="0" * 64), "portrait is not kept", id="lost portrait"),
        pytest.param(CardChoice(photo="../../etc/passwd"), "photo is not kept", id="no digest"),
        pytest.param(CardChoice(focus=Focus(0.5, 0.5)), "has no photo", id="focus on nothing"),
        pytest.param(CardChoice(focus=Focus(1.5, 0.5)), "outside of the photo", id="far out"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_changes_nothing(
    newsroom: Newsroom, desk: Desk, choice: CardChoice, said: str
) -> None:
    newsroom.open_channel("alpha")
    newsroom.publish()
    before = newsroom.deliveries()

    with pytest.raises(BadPayload, match=said):
        choose(newsroom, desk, choice)

    assert newsroom.deliveries() == before
    assert story(newsroom).choice == NO_CHOICE


# -- the card of a story ------------------------------------------------------------------------


def test_a_picture_of_the_staff_takes_the_place_of_the_storys_own(
    newsroom: Newsroom, desk: Desk
) -> None:
    newsroom.open_channel("alpha")
    newsroom.publish()
    photo = newsroom.house.renditions.put_photo(picture())

    choose(newsroom, desk, CardChoice(photo=photo, focus=Focus(0.2, 0.4)))

    assert (shown(newsroom).photo, shown(newsroom).focus) == (photo, Focus(0.2, 0.4))


def test_a_focus_says_nothing_of_the_next_photo(newsroom: Newsroom, desk: Desk) -> None:
    newsroom.open_channel("alpha")
    newsroom.publish()
    house = newsroom.house
    first, second = (house.renditions.put_photo(picture(each)) for each in ("#555555", "#AAAAAA"))
    with house.database.write() as tx:
        StoryStore(tx).keep_photo(story(newsroom).id, Photo("https://n.example/1.jpg", first))
    choose(newsroom, desk, CardChoice(focus=Focus(0.2, 0.4)))

    same, other = (
        press.card_of(house, story(newsroom), Photo("https://n.example/x.jpg", digest), {})
        for digest in (first, second)
    )

    assert (same.focus, other.focus) == (Focus(0.2, 0.4), None)


def test_a_card_is_dressed_in_its_sites_brand(newsroom: Newsroom) -> None:
    newsroom.publish()
    told = story(newsroom)
    named = replace(told, content=replace(told.content, site_name="The Harbour Post"))
    brands = {"The Harbour Post": "a" * 64, newsroom.house.settings.site_name: "b" * 64}

    cards = [press.card_of(newsroom.house, one, Photo(), brands) for one in (named, told)]

    assert [card.brand for card in cards] == ["a" * 64, "b" * 64]


def test_posts_are_planned_in_the_sites_brand(newsroom: Newsroom) -> None:
    newsroom.open_channel("alpha")
    with newsroom.house.database.write() as tx:
        BrandStore(tx).keep("", "a" * 64, now=clock.now())

    newsroom.publish()

    assert shown(newsroom).brand == "a" * 64


def test_a_template_that_was_taken_away_leaves_the_plain_card(newsroom: Newsroom) -> None:
    newsroom.publish()
    orphan = replace(story(newsroom), choice=CardChoice(template="poster"))

    card = press.card_of(newsroom.house, orphan, Photo(), {})

    assert card.template == "standard"
    assert card.headline == CONTENT.headline
