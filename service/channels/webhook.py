"""Webhook: hands the post to a receiver of one's own, signed after Standard Webhooks.

The delivery's id is the message's id, so a receiver that remembers ids (as the standard asks of
it) takes a repeated message once.
"""

import base64
import binascii
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import AfterValidator, SecretStr

from service.channels.base import ChannelSecrets, ChannelSettings, Face, Supports, WebAddress
from service.domain.post import Payload, Picture, Post
from service.platforms.facts import limits_of

SECRET_PREFIX = "whsec_"  # noqa: S105 - the mark that the standard puts before secrets
_FACTS = limits_of("webhook")
_SHORTEST_KEY = 24
_LONGEST_KEY = 64


def _signing_secret(value: SecretStr) -> SecretStr:
    try:
        key = signing_key(value)
    except (ValueError, binascii.Error):
        raise ValueError(f"must be {SECRET_PREFIX} followed by base64") from None
    if not _SHORTEST_KEY <= len(key) <= _LONGEST_KEY:
        raise ValueError(f"must hold {_SHORTEST_KEY} to {_LONGEST_KEY} bytes")
    return value


def signing_key(secret: SecretStr) -> bytes:
    """The bytes to sign with. Raises ValueError where the secret is not base64."""
    encoded = secret.get_secret_value().removeprefix(SECRET_PREFIX)
    return base64.b64decode(encoded, validate=True)


class WebhookSettings(ChannelSettings):
    url: WebAddress


class WebhookSecrets(ChannelSecrets):
    secret: Annotated[SecretStr, AfterValidator(_signing_secret)]


class WebhookFace(Face):
    kind = "webhook"
    label = _FACTS.label
    verified_on = _FACTS.verified_on
    limits = _FACTS.limits
    supports = Supports(alt_text=True, own_card=True, idempotency=True)
    settings_model = WebhookSettings
    secrets_model = WebhookSecrets

    def render(self, post: Post, settings: ChannelSettings) -> Payload:  # noqa: ARG002 - the same for every receiver
        # The card is named, not sent: who wants the picture fetches it under this name.
        return Payload(
            {
                "text": post.text,
                "link": post.link,
                "title": post.title,
                "description": post.description,
                "language": post.language,
                "hashtags": list(post.hashtags),
                "picture": _named(post.picture) if post.picture else None,
            }
        )


def _named(picture: Picture) -> dict[str, Any]:
    return {**asdict(picture), "size": picture.size.key}


FACE = WebhookFace()
