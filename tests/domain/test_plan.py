"""Which channels a story goes to."""

import pytest

from service.domain.delivery import DeliveryState, HoldReason
from service.domain.plan import Rule, RuleMode, plan
from service.domain.story import StoryContent


def content(**changes: object) -> StoryContent:
    facts = {"section": "Politics", "tags": ("Elections", "Lagos"), "language": "en-GB"} | changes
    return StoryContent(headline="H", url="https://news.example/1", **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("conditions", "takes"),
    [
        pytest.param({}, True, id="no condition takes every story"),
        pytest.param({"sections": ("politics",)}, True, id="sections, whatever the case"),
        pytest.param({"sections": ("Sport",)}, False, id="another section"),
        pytest.param({"tags": ("Lagos", "Abuja")}, True, id="any of the tags"),
        pytest.param({"languages": ("en",)}, True, id="a language takes its regions"),
        pytest.param({"languages": ("en-US",)}, False, id="another region"),
        pytest.param({"sections": ("Politics",), "tags": ("Abuja",)}, False, id="all must hold"),
    ],
)
def test_a_rule_takes_a_story_by_its_conditions(
    conditions: dict[str, tuple[str, ...]], *, takes: bool
) -> None:
    assert Rule(id="r", channel_id="c", **conditions).takes(content()) is takes  # type: ignore[arg-type]


def test_the_first_rule_of_a_channel_decides() -> None:
    rules = [
        Rule(id="all", channel_id="c", position=2),
        Rule(id="careful", channel_id="c", position=1, tags=("Elections",), mode=RuleMode.REVIEW),
    ]

    [planned] = plan(content(), rules)

    assert planned.rule_id == "careful"
    assert planned.state is DeliveryState.HELD
    assert planned.hold_reason is HoldReason.REVIEW


def test_no_rule_means_no_post() -> None:
    assert plan(content(), []) == []
