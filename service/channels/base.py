"""What every face is: facts as data, and the pure verbs `render` and `validate`.

A face is a module-level object named `FACE` in `service/channels/<kind>.py`. It holds no token
and makes no call, so the dashboard can preview exactly what a worker will send.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from service.domain.card import CardSize
from service.domain.post import Finding, Limits, Payload, Post
from service.domain.words import count_text


class ChannelSettings(BaseModel):
    """What an operator tells about one account; never a secret. Each kind has its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ChannelSecrets(BaseModel):
    """What is sealed when it enters; only workers open it. Each kind has its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Supports:
    """What a kind can do beyond publishing.

    `idempotency`: repeating a request with the same key cannot post twice.
    `looking`: a worker can find out whether a post exists.
    A kind with neither is blind: a send whose answer is lost goes to a person.
    """

    alt_text: bool = False
    own_card: bool = False
    idempotency: bool = False
    looking: bool = False

    @property
    def is_blind(self) -> bool:
        return not (self.idempotency or self.looking)


class Face(ABC):
    """One kind of channel, as far as it can be known without speaking to it."""

    kind: ClassVar[str]
    label: ClassVar[str]
    verified_on: ClassVar[date]
    limits: ClassVar[Limits]
    supports: ClassVar[Supports]
    card_size: ClassVar[CardSize] = CardSize.OG
    settings_model: ClassVar[type[ChannelSettings]] = ChannelSettings
    secrets_model: ClassVar[type[ChannelSecrets]] = ChannelSecrets

    def limits_for(self, settings: ChannelSettings) -> Limits:  # noqa: ARG002 - for kinds whose accounts differ
        """The limits of one account; by default those of its kind."""
        return self.limits

    @abstractmethod
    def render(self, post: Post, settings: ChannelSettings) -> Payload:
        """Turn a post into what goes over the wire."""

    def validate(self, post: Post, settings: ChannelSettings) -> list[Finding]:
        """Name everything about `post` that the channel would refuse."""
        limits = self.limits_for(settings)
        count = count_text(post.text, limits)
        findings = []
        if not post.text.strip():
            findings.append(Finding("text", "The post has no text: write at least one sentence."))
        if not count.fits:
            findings.append(
                Finding("text", f"{count.used - count.limit} {count.unit.value} too long "
                        f"({count.used} of {count.limit}): shorten the text.")
            )
        if post.picture and len(post.picture.alt) > limits.alt_text:
            findings.append(
                Finding("alt", f"The description has {len(post.picture.alt)} characters, "
                        f"{self.label} takes {limits.alt_text}: shorten it.")
            )
        return findings

    def parse_settings(self, raw: Mapping[str, Any]) -> ChannelSettings:
        """Raises pydantic.ValidationError when a field is missing or unknown."""
        return self.settings_model.model_validate(dict(raw))
