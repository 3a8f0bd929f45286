"""What every face is: facts as data, and the pure verbs `render` and `validate`.

A face is a module-level object named `FACE` in `service/channels/<kind>.py`. It holds no token
and makes no call, so the dashboard can preview exactly what a worker will send.
"""

import ipaddress
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict

from service.domain.card import CardSize
from service.domain.post import Finding, Limits, Payload, Post
from service.domain.words import count_text

# Names that public DNS does not give out.
_PRIVATE_ENDINGS = (".localhost", ".local", ".internal", ".test")


class ChannelSettings(BaseModel):
    """What an operator tells about one account; never a secret. Each kind has its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ChannelSecrets(BaseModel):
    """What is sealed when it enters; only workers open it. Each kind has its own."""

    # A mistyped secret is refused without being repeated in the error, which may be logged.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


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

    def label_for(self, settings: ChannelSettings) -> str:  # noqa: ARG002 - for kinds that take a style
        """The name to show for one account; by default that of its kind."""
        return self.label

    def limits_for(
        self,
        settings: ChannelSettings,  # noqa: ARG002 - for kinds whose accounts differ
        *,
        has_picture: bool = True,  # noqa: ARG002 - for kinds that count a caption differently
    ) -> Limits:
        """The limits of one account; by default those of its kind."""
        return self.limits

    @abstractmethod
    def render(self, post: Post, settings: ChannelSettings) -> Payload:
        """Turn a post into what goes over the wire."""

    def validate(self, post: Post, settings: ChannelSettings) -> list[Finding]:
        """Name everything about `post` that the channel would refuse."""
        limits = self.limits_for(settings, has_picture=post.picture is not None)
        return [*self._text_findings(post, limits), *self._alt_findings(post, limits)]

    def parse_settings(self, raw: Mapping[str, Any]) -> ChannelSettings:
        """Raises pydantic.ValidationError when a field is missing or unknown."""
        return self.settings_model.model_validate(dict(raw))

    def _text_findings(self, post: Post, limits: Limits) -> Iterator[Finding]:
        count = count_text(post.text, limits)
        if not post.text.strip():
            yield Finding("text", "The post has no text: write at least one sentence.")
        if not count.fits:
            yield Finding(
                "text",
                f"{count.used - count.limit} {count.unit.value} too long "
                f"({count.used} of {count.limit}): shorten the text.",
            )

    def _alt_findings(self, post: Post, limits: Limits) -> Iterator[Finding]:
        # Where a platform has no place for a description, none can be too long.
        if not (self.supports.alt_text and post.picture):
            return
        if len(post.picture.alt) > limits.alt_text:
            yield Finding(
                "alt",
                f"The description has {len(post.picture.alt)} characters, "
                f"{self.label} takes {limits.alt_text}: shorten it.",
            )


def _server_address(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise ValueError("must be a web address such as https://example.social")
    if parts.username or parts.password or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("must name the server only, such as https://example.social")
    return _checked_scheme(f"{parts.scheme}://{parts.netloc}")


def _checked_scheme(value: str) -> str:
    """Tokens travel in the clear over http, so it is taken only inside one's own network."""
    parts = urlsplit(value)
    if parts.scheme == "http" and not _is_private(parts.hostname or ""):
        raise ValueError("must begin with https://, because a secret is sent to it")
    return value


def _is_private(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(_PRIVATE_ENDINGS)


def _web_address(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise ValueError("must be a web address such as https://example.com/incoming")
    if parts.username or parts.password or parts.fragment:
        raise ValueError("must not hold a user name, a password or a #fragment")
    return _checked_scheme(value.strip())


#: A server that we sign in to: scheme, host and port, nothing else, no slash at the end.
ServerAddress = Annotated[str, AfterValidator(_server_address)]
#: A complete address that we send to.
WebAddress = Annotated[str, AfterValidator(_web_address)]
