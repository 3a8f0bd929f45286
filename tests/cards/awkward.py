"""The awkward stories as test rows: `@pytest.mark.parametrize("story", STORIES)`, ids that read."""

import pytest

from service.cards.awkward import awkward_stories

STORIES = [pytest.param(story, id=story.name) for story in awkward_stories()]
