"""What staff do: approve, hold, reword, retry, settle, pause. Each leaves a line in the trail.

Every act names the state it starts from, so two people at one button do the thing once; the
second gets a Conflict that says what happened meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection

from service import press
from service.channels.base import Face
from service.domain.card import Card, CardChoice
from service.domain.delivery import Delivery, DeliveryState, HoldReason
from service.domain.errors import BadPayload, Conflict
from service.domain.post import Post
from service.domain.words import captioned
from service.house import House
from service.storage.brands import BrandStore
from service.storage.channels import Channel, ChannelStore
from service.storage.deliveries import DeliveryStore
from service.storage.staff import StaffStore
from service.storage.stories import StoryStore

_S = DeliveryState
# For a second try: what was uploaded for the first one may be gone by now.
_AFRESH = {"problem": "", "looks": 0, "progress": {}}


@dataclass(frozen=True, slots=True)
class Desk:
    """The use cases of one person. `actor` is how the trail names this person."""

    house: House
    actor: str

    def approve(self, delivery_id: str, *, now: datetime) -> None:
        """Let a held delivery go out."""
        self._let_out(delivery_id, "approve", start=_S.HELD, now=now)

    def hold(self, delivery_id: str, *, now: datetime) -> None:
        """Keep a delivery that has not started from going out."""
        self._move(
            delivery_id,
            "hold",
            start=_S.PLANNED,
            to=_S.HELD,
            now=now,
            hold_reason=HoldReason.PERSON.value,
        )

    def cancel(self, delivery_id: str, *, now: datetime) -> None:
        """Give a delivery up for good: no later notice from the CMS plans it anew."""
        delivery = self._delivery(delivery_id)
        self._move(
            delivery_id,
            "cancel",
            start=delivery.state,
            to=_S.CANCELLED,
            now=now,
            hold_reason=HoldReason.PERSON.value,
        )

    def retry(self, delivery_id: str, *, now: datetime) -> None:
        """Send a failed or missed delivery again. Never an unclear one: that is settled."""
        delivery = self._delivery(delivery_id)
        if delivery.state not in {_S.FAILED, _S.MISSED}:
            raise Conflict(f"this delivery is {delivery.state.value}: only failed ones are retried")
        self._let_out(delivery_id, "retry", start=delivery.state, now=now, **_AFRESH)

    def settle_as_sent(self, delivery_id: str, *, url: str, now: datetime) -> None:
        """A person has seen the post: it is there."""
        self._move(
            delivery_id,
            "settle as sent",
            start=_S.UNCONFIRMED,
            to=_S.DELIVERED,
            now=now,
            remote_url=url,
            hold_reason=None,
            problem="",
        )

    def settle_as_absent(self, delivery_id: str, *, now: datetime) -> None:
        """A person has looked: it is not there, so it may be sent."""
        self._let_out(delivery_id, "settle as absent", start=_S.UNCONFIRMED, now=now, **_AFRESH)

    def reword(self, delivery_id: str, text: str, *, face: Face, now: datetime) -> None:
        """Change the words of a delivery that has not gone out."""
        delivery = self._delivery(delivery_id)
        if delivery.state not in {_S.HELD, _S.PLANNED}:
            raise Conflict(f"this delivery is {delivery.state.value}: its words can't change now")
        post = replace(delivery.post, text=text.strip(), is_edited=True)
        with self.house.database.write() as tx:
            channel = ChannelStore(tx).get(delivery.channel_id)
            findings = face.validate(post, face.parse_settings(channel.settings))
            if findings:
                raise BadPayload(" ".join(finding.problem for finding in findings))
            if not DeliveryStore(tx).reword(delivery, post):
                raise Conflict("this delivery has just been taken up by a worker")
            self._note(tx, "reword", delivery_id, now=now, text=post.text)

    def choose_card(
        self, story_id: str, choice: CardChoice, *, faces: Mapping[str, Face], now: datetime
    ) -> int:
        """Keep what a person chose for a story's card; returns how many posts it changes.

        Whatever has not gone out gets the new card; what is going out keeps the one it has.
        """
        with self.house.database.read() as tx:
            stories = StoryStore(tx)
            story, photo = stories.get(story_id), stories.photo(story_id)
            brands = BrandStore(tx).digests()
        chosen = replace(story, choice=press.checked_choice(self.house, story, photo, choice))
        card = press.card_of(self.house, chosen, photo, brands)
        # A post must find its card: where that cannot be kept now, nothing is changed.
        self.house.renditions.put_card(card)
        with self.house.database.write() as tx:
            stories = StoryStore(tx)
            is_overtaken = stories.lock(story_id).version != story.version
            if is_overtaken or stories.photo(story_id) != photo:
                raise Conflict("this story has just changed: look at its card and choose again")
            stories.choose_card(story_id, chosen.choice)
            changed = _give_card(tx, story_id, card, faces)
            template = card.template
            self._note(tx, "choose card", story_id, now=now, template=template, posts=changed)
        return changed

    def hold_story(self, story_id: str, *, is_held: bool, now: datetime) -> None:
        """Stop, or let go on, everything of one story that has not gone out."""
        with self.house.database.write() as tx:
            StoryStore(tx).hold(story_id, is_held=is_held)
            self._note(tx, "hold story" if is_held else "release story", story_id, now=now)

    def pause(self, channel_id: str, *, now: datetime) -> None:
        with self.house.database.write() as tx:
            ChannelStore(tx).pause(channel_id, f"paused by {self.actor}")
            self._note(tx, "pause channel", channel_id, now=now)

    def resume(self, channel_id: str, *, now: datetime) -> None:
        with self.house.database.write() as tx:
            ChannelStore(tx).resume(channel_id)
            self._note(tx, "resume channel", channel_id, now=now)

    def _delivery(self, delivery_id: str) -> Delivery:
        with self.house.database.read() as tx:
            return DeliveryStore(tx).get(delivery_id)

    def _let_out(
        self,
        delivery_id: str,
        action: str,
        *,
        start: DeliveryState,
        now: datetime,
        **changes: Any,
    ) -> None:
        """Plan for this moment: whoever presses a button wants the post out now."""
        due_now = {"hold_reason": None, "wanted_at": now, "due_at": now}
        self._move(delivery_id, action, start=start, to=_S.PLANNED, now=now, **due_now, **changes)
        self.house.nudger.deliver(delivery_id)

    def _move(
        self,
        delivery_id: str,
        action: str,
        *,
        start: DeliveryState,
        to: DeliveryState,
        now: datetime,
        **changes: Any,
    ) -> None:
        with self.house.database.write() as tx:
            store = DeliveryStore(tx)
            moved = store.move(delivery_id, start=start, to=to, now=now, **changes)
            if not moved:
                found = store.get(delivery_id)
                raise Conflict(f"this delivery is {found.state.value} now; nothing was changed")
            self._note(tx, action, delivery_id, now=now)

    def _note(self, tx: Any, action: str, subject: str, *, now: datetime, **details: Any) -> None:
        StaffStore(tx).audit(self.actor, action, subject, now=now, **details)


def _give_card(tx: Connection, story_id: str, card: Card, faces: Mapping[str, Face]) -> int:
    store, channels = DeliveryStore(tx), ChannelStore(tx)
    changed = 0
    for delivery in store.lock_for_card(story_id):
        channel = channels.get(delivery.channel_id)
        post = _with_card(delivery.post, card, channel, faces.get(channel.kind))
        changed += post != delivery.post and store.reword(delivery, post)
    return changed


def _with_card(post: Post, card: Card, channel: Channel, face: Face | None) -> Post:
    """Show another card; a channel that cannot say what it takes keeps the post as it is."""
    if post.picture is None or face is None:
        return post
    try:
        limits = face.limits_for(face.parse_settings(channel.settings))
    except ValidationError:
        return post
    picture = press.picture_of(card, post.picture.size)
    return replace(post, picture=captioned(picture, limits))
