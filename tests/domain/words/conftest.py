"""The seed article and the channels' real limits, for all tests of the words."""

import pytest

from service.domain.story import StoryContent
from service.platforms.facts import limits_of, platforms


@pytest.fixture(scope="session")
def seed_text(shared):
    [path] = shared("seed").glob("*.txt")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def seed_story(seed_text):
    headline, _, body = seed_text.partition("\n")
    return StoryContent(
        headline=headline,
        url="https://news.example.com/2024/05/31/biden-authorizes-ukraine-to-use-us-weapons",
        body=body,
        tags=("Ukraine", "Joe Biden", "Kharkiv region", "#front-page"),
        language="en",
    )


@pytest.fixture(scope="session")
def all_limits():
    """What every platform takes, by its name."""
    return {name: limits_of(name).limits for name in platforms()}
