"""The faces of all kinds, for pages that show what a channel takes."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app
from flask.sansio.app import App
from pydantic import ValidationError

from service import channels
from service.channels.base import ChannelSettings, Face
from service.discovery import discover
from service.domain.errors import Misconfigured
from service.domain.post import Count, Post
from service.domain.words import count_text
from service.storage.channels import Channel

_FACES = "kindly.faces"


@dataclass(frozen=True, slots=True)
class Known:
    """A channel with its face and its checked settings."""

    channel: Channel
    face: Face
    settings: ChannelSettings

    @property
    def label(self) -> str:
        return self.face.label_for(self.settings)

    def count(self, post: Post) -> Count:
        limits = self.face.limits_for(self.settings, has_picture=post.picture is not None)
        return count_text(post.text, limits)


def install(app: App) -> None:
    """Load every kind at boot, so that a broken file stops the start and not a page."""
    app.extensions[_FACES] = discover(channels, "FACE")


def every() -> Mapping[str, Face]:
    """Every kind there is, by its name."""
    found: Mapping[str, Face] = current_app.extensions[_FACES]
    return found


def face_of(channel: Channel) -> Face:
    found = every().get(channel.kind)
    if found is None:
        raise Misconfigured(
            f"channel {channel.name} is of kind {channel.kind}, which is not installed"
        )
    return found


def known(channel: Channel) -> Known | None:
    """None where the kind is gone or its settings no longer fit: the page still has to open."""
    try:
        face = face_of(channel)
        return Known(channel, face, face.parse_settings(channel.settings))
    except (Misconfigured, ValidationError):
        return None


def icon_key(channel: Channel) -> str:
    """The icon of a channel: its kind's, or that of the platform it imitates."""
    style = channel.settings.get("style", "")
    return str(style) if channel.kind == "simulated" and style else channel.kind
