"""What tests of the workers share."""

import pytest

from service.house import House
from tests.conftest import TestClock
from tests.workers.newsroom import Newsroom


@pytest.fixture
def newsroom(house: House, stopped_clock: TestClock) -> Newsroom:
    return Newsroom(house)
