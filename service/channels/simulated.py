"""The simulated channel: shows what a platform would get, and sends it nowhere.

With a style it takes on a platform's limits, so that a newcomer sees how one story reads on each
network before owning a single account there.
"""

from typing import Annotated

from pydantic import AfterValidator

from service.channels.base import ChannelSettings, Face, Supports
from service.domain.post import Limits, Payload, Post
from service.platforms.facts import limits_of, platforms

_FACTS = limits_of("simulated")


def _known_platform(value: str) -> str:
    if value not in platforms():
        raise ValueError(f"must be one of {', '.join(platforms())}")
    return value


class SimulatedSettings(ChannelSettings):
    """`style` is the platform whose limits are taken on; `base_url` is where receipts point."""

    style: Annotated[str, AfterValidator(_known_platform)] = "simulated"
    base_url: str = ""


class SimulatedFace(Face):
    kind = "simulated"
    label = _FACTS.label
    verified_on = _FACTS.verified_on
    limits = _FACTS.limits
    supports = Supports(alt_text=True, own_card=True, idempotency=True)
    settings_model = SimulatedSettings

    def label_for(self, settings: ChannelSettings) -> str:
        style = _style(settings)
        return self.label if style == self.kind else f"{limits_of(style).label} (simulated)"

    def limits_for(self, settings: ChannelSettings, *, has_picture: bool = True) -> Limits:
        facts = limits_of(_style(settings))
        return facts.limits if has_picture else facts.limits_without_picture

    def render(self, post: Post, settings: ChannelSettings) -> Payload:
        body = {
            "style": _style(settings),
            "text": post.text,
            "link": post.link,
            "title": post.title,
            "description": post.description,
        }
        return Payload(body, post.picture)


def _style(settings: ChannelSettings) -> str:
    assert isinstance(settings, SimulatedSettings)
    return settings.style


FACE = SimulatedFace()
