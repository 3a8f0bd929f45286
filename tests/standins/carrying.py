"""Carries one delivery to a stand-in by the policy of a delivery's life, and tells what happened.

A dozen lines instead of the delivery engine, so that a voice is judged by the promise it makes
(say Unconfirmed when unsure) and not by how well somebody else copes with a broken one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter

from service.channels.base import Face
from service.domain.card import CardSize, ImageFormat, Rendition
from service.domain.errors import ChannelError, RateLimited, Refused, Unavailable, Unconfirmed
from service.domain.post import Picture, Post, Receipt
from service.fetching import guarded_session
from tests.standins.base import StandIn
from workers.channels.base import Absent, Job, Voice

DELIVERY_ID = "0193b0c2-7d61-7c3a-9f1e-2f6f0d5a1b2c"
LINK = "https://example.com/2026/11/22/kharkiv-story"
ALT = "Headline card: “The council voted”."
POST = Post(
    text=f"Zażółć gęślą jaźń 🦊 & more: <b>the council</b> voted. #News {LINK}",
    link=LINK,
    title="The council voted",
    description="What happens next.",
    language="en-GB",
    picture=Picture("d" * 32, CardSize.OG, ALT),
)
_MOST_TRIES = 6


@dataclass
class KeptSession:
    """A Session in memory."""

    tokens: dict[str, str] = field(default_factory=dict)

    def read(self) -> dict[str, str]:
        return dict(self.tokens)

    def renew(
        self, stale: Mapping[str, str], fetch: Callable[[dict[str, str]], dict[str, str]]
    ) -> dict[str, str]:
        if self.tokens == dict(stale):
            self.tokens = fetch(dict(self.tokens))
        return dict(self.tokens)


def voice_at(
    stand_in: StandIn, face: Face, voice: type[Voice], *, url: str = "", **settings: Any
) -> Voice:
    """A voice that speaks to `stand_in`, over the very line that workers use."""
    raw_settings, raw_secrets = stand_in.account()
    if url:
        raw_settings = {
            name: str(value).replace(stand_in.url, url) for name, value in raw_settings.items()
        }
    return voice(
        settings=face.parse_settings({**raw_settings, **settings}),
        secrets=TypeAdapter(face.secrets_model).validate_python(raw_secrets),
        session=KeptSession(),
        http=guarded_session(allow_private=frozenset({"127.0.0.1"})),
    )


def job_for(face: Face, voice: Voice, post: Post = POST) -> Job:
    created_at = datetime.now(UTC)
    payload = face.render(post, voice.settings)
    card = Rendition(CardSize.OG, ImageFormat.JPEG, b"\xff\xd8 a card")
    return Job(
        delivery_id=DELIVERY_ID,
        created_at=created_at,
        payload=payload,
        record_key=voice.record_key(DELIVERY_ID, created_at),
        picture=card if payload.picture else None,
        picture_alt=payload.picture.alt if payload.picture else "",
        sent_at=created_at,
    )


@dataclass
class Carried:
    """What was met on the way: the errors' and answers' class names, first to last."""

    met: list[str] = field(default_factory=list)
    receipt: Receipt | None = None
    first_error: ChannelError | None = None

    @property
    def proof(self) -> Receipt:
        """The receipt, where a test needs one to go on."""
        assert self.receipt, f"no receipt after {self.met}"
        return self.receipt


def carry(face: Face, voice: Voice, job: Job) -> Carried:
    """Publish, and do what each outcome asks for, until a receipt or a person's turn."""
    carried = Carried()
    for _ in range(_MOST_TRIES):
        if _is_over(_publish(voice, job, carried), face, voice, job, carried):
            break
    return carried


def _publish(voice: Voice, job: Job, carried: Carried) -> object:
    try:
        outcome: object = voice.publish(replace(job, progress=voice.prepare(job)))
    except ChannelError as error:
        carried.first_error = carried.first_error or error
        outcome = error
    carried.met.append(type(outcome).__name__)
    return outcome


def _is_over(outcome: object, face: Face, voice: Voice, job: Job, carried: Carried) -> bool:
    match outcome:
        case Receipt():
            carried.receipt = outcome
            return True
        case Unavailable() | RateLimited():
            return False
        case Refused():
            return True
        case Unconfirmed() if face.supports.looking:
            return _looked(voice, job, carried)
    # With a key of ours the same request is sent again; a blind channel waits for a person.
    return face.supports.is_blind


def _looked(voice: Voice, job: Job, carried: Carried) -> bool:
    found = voice.look(job)
    carried.met.append(type(found).__name__)
    if isinstance(found, Absent):
        return False
    carried.receipt = found
    return True
