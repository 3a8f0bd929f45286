"""A story tells its own card, the same one for the site, the kit and the command line."""

from service.domain.story import StoryContent, StoryImage

_IMAGE = StoryImage(url="https://news.example/a.jpg", credit="Ada Byron")


def _content(**said):
    return StoryContent(headline="Ferry returns", url="https://news.example/ferry", **said)


def test_a_photo_brings_its_credit():
    content = _content(image=_IMAGE)

    assert content.card(photo="ab").credit == "Ada Byron"
    assert content.card().credit == ""


def test_what_a_story_leaves_out_is_stood_in_for():
    card = _content(section="Harbour").card(site_name="The Post")

    assert (card.kicker, card.site_name) == ("Harbour", "The Post")


def test_what_a_story_says_stands():
    content = _content(section="Harbour", kicker="Live", site_name="The Gazette")

    card = content.card(site_name="The Post")

    assert (card.kicker, card.site_name) == ("Live", "The Gazette")
