"""Bluesky: a record with its own link card, and facets for what is clickable in the text.

Facets count in UTF-8 bytes, the text's limit in graphemes. Bluesky makes nothing clickable and
fetches no card by itself: what we do not say, readers do not see.
"""

from collections.abc import Iterator
from typing import Annotated, Any

import regex
from pydantic import AfterValidator, SecretStr

from service.channels.base import ChannelSecrets, ChannelSettings, Face, ServerAddress, Supports
from service.domain.post import Payload, Post
from service.domain.words.addresses import x_links
from service.domain.words.counting import graphemes
from service.platforms.facts import limits_of

COLLECTION = "app.bsky.feed.post"
_FACTS = limits_of("bluesky")
_FACET = "app.bsky.richtext.facet"
_LONGEST_TAG = _FACTS.also["longest_tag_graphemes"]

# A number sign at the start of a word. What follows may hold nearly everything but white space
# and invisible characters; a variation selector makes the sign part of an emoji instead.
_HASHTAG = regex.compile(r"(?<!\S)[#\uFF03](?!\uFE0F)([^\s\u00AD\u2060\u200A-\u200D\u20E2]+)")
_CLOSING_PUNCTUATION = regex.compile(r"\p{P}+$")
_GOES_ON = regex.compile(r"\.\w")
_WORD_LIKE = regex.compile(r"[^\d\p{P}]")
_LANGUAGE = regex.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def _account(value: str) -> str:
    name = value.strip().removeprefix("@")
    if not name or any(char.isspace() for char in name):
        raise ValueError("must be a handle such as newsroom.example.com, or a DID")
    return name


class BlueskySettings(ChannelSettings):
    """`identifier` is the account's handle or DID, `pds` the server that it lives on."""

    identifier: Annotated[str, AfterValidator(_account)]
    pds: ServerAddress = "https://bsky.social"


class BlueskySecrets(ChannelSecrets):
    app_password: SecretStr


class BlueskyFace(Face):
    # No alt text: the picture sits in the link card, and the card has no field for one.
    kind = "bluesky"
    label = _FACTS.label
    verified_on = _FACTS.verified_on
    limits = _FACTS.limits
    supports = Supports(own_card=True, idempotency=True, looking=True)
    settings_model = BlueskySettings
    secrets_model = BlueskySecrets

    def render(self, post: Post, settings: ChannelSettings) -> Payload:  # noqa: ARG002 - the same for every account
        record: dict[str, Any] = {"$type": COLLECTION, "text": post.text}
        if facets := list(facets_of(post.text)):
            record["facets"] = facets
        if languages := list(_languages(post.language)):
            record["langs"] = languages
        if post.link:
            record["embed"] = _link_card(post)
        return Payload(record, post.picture if post.link else None)


def facets_of(text: str) -> Iterator[dict[str, Any]]:
    """Yield the links and hashtags of `text` with their places in UTF-8 bytes, first to last."""
    found = [*_links(text), *_hashtags(text)]
    for start, end, feature in sorted(found, key=lambda one: one[0]):
        place = {"byteStart": _bytes_before(text, start), "byteEnd": _bytes_before(text, end)}
        yield {"index": place, "features": [feature]}


def _links(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for start, end in x_links(text):
        shown = text[start:end]
        has_scheme = "://" in shown
        # `photo.com.jpg` is a file's name, although it begins like a domain.
        if has_scheme or not _GOES_ON.match(text, end):
            address = shown if has_scheme else f"https://{shown}"
            yield start, end, {"$type": f"{_FACET}#link", "uri": address}


def _hashtags(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for match in _HASHTAG.finditer(text):
        tag = _CLOSING_PUNCTUATION.sub("", match[1])
        if _WORD_LIKE.search(tag) and len(graphemes(tag)) <= _LONGEST_TAG:
            yield match.start(), match.start(1) + len(tag), {"$type": f"{_FACET}#tag", "tag": tag}


def _bytes_before(text: str, position: int) -> int:
    return len(text[:position].encode())


def _languages(language: str) -> Iterator[str]:
    """A tag that the record's schema would refuse is left out: the post matters more."""
    tag = language.replace("_", "-")
    if _LANGUAGE.fullmatch(tag):
        yield tag


def _link_card(post: Post) -> dict[str, Any]:
    card = {"uri": post.link, "title": post.title, "description": post.description}
    return {"$type": "app.bsky.embed.external", "external": card}


FACE = BlueskyFace()
