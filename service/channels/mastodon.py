"""Mastodon and servers that speak its API: text with the link in it, the card as an attachment.

Servers make link cards themselves and cannot be given one, so the card goes along as a picture,
with its description. The numbers differ from one instance to the next.
"""

from dataclasses import replace
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from service.channels.base import ChannelSecrets, ChannelSettings, Face, ServerAddress, Supports
from service.domain.post import Limits, Payload, Post
from service.platforms.facts import limits_of

_FACTS = limits_of("mastodon")
_LINK_COST = _FACTS.limits.link_cost or 0


class Visibility(StrEnum):
    PUBLIC = "public"
    UNLISTED = "unlisted"
    PRIVATE = "private"


class MastodonSettings(ChannelSettings):
    """`max_characters` and `characters_reserved_per_url` are what /api/v2/instance tells."""

    instance: ServerAddress
    visibility: Visibility = Visibility.PUBLIC
    max_characters: Annotated[int, Field(gt=0)] = _FACTS.limits.text
    characters_reserved_per_url: Annotated[int, Field(gt=0)] = _LINK_COST


def _header_safe(value: SecretStr) -> SecretStr:
    token = value.get_secret_value()
    if not (token.isascii() and token.isprintable() and token.strip() == token and token):
        raise ValueError("must be the access token alone, without spaces or line breaks")
    return value


class MastodonSecrets(ChannelSecrets):
    access_token: Annotated[SecretStr, AfterValidator(_header_safe)]


class MastodonFace(Face):
    # Idempotency is not claimed: Mastodon itself honours its Idempotency-Key for an hour, but
    # neither GoToSocial nor snac does, and both would post twice (or refuse) on a repeat.
    kind = "mastodon"
    label = _FACTS.label
    verified_on = _FACTS.verified_on
    limits = _FACTS.limits
    supports = Supports(alt_text=True, looking=True)
    settings_model = MastodonSettings
    secrets_model = MastodonSecrets

    def limits_for(self, settings: ChannelSettings, *, has_picture: bool = True) -> Limits:  # noqa: ARG002 - one limit for both
        assert isinstance(settings, MastodonSettings)
        return replace(
            self.limits,
            text=settings.max_characters,
            link_cost=settings.characters_reserved_per_url,
        )

    def render(self, post: Post, settings: ChannelSettings) -> Payload:
        assert isinstance(settings, MastodonSettings)
        body = {"status": post.text, "visibility": settings.visibility.value}
        if language := _primary_language(post.language):
            body["language"] = language
        return Payload(body, post.picture)


def _primary_language(tag: str) -> str:
    """Mastodon takes ISO 639 codes, so a region says more than it can hear."""
    language = tag.replace("_", "-").split("-")[0].lower()
    return language if language.isascii() and language.isalpha() and len(language) in {2, 3} else ""


FACE = MastodonFace()
