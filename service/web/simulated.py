"""Simulated posts: what the receipt of a simulated channel points to.

The page shows what went out, in no platform's clothes. It needs no session, as no real post does,
and is found only by who knows the delivery's id. What has not gone out is not shown here.
"""

from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, render_template

from service import press
from service.domain.delivery import Delivery, DeliveryState
from service.domain.errors import NotFound
from service.storage.channels import Channel, ChannelStore
from service.storage.deliveries import DeliveryStore
from service.web.faces import icon_key, known
from service.web.parts import house

blueprint = Blueprint("simulated", __name__)

_KIND = "simulated"


@blueprint.get("/simulated/<uuid:delivery_id>")
def show(delivery_id: UUID) -> str:
    delivery, channel = _delivered(str(delivery_id))
    post, picture = delivery.post, delivery.post.picture
    account = known(channel)
    before, link, after = post.text.partition(post.link)
    return render_template(
        "simulated.html",
        channel=channel.name,
        style=account.label if account else channel.kind,
        icon_key=icon_key(channel),
        count=account.count(post) if account else None,
        post=post,
        before=before,
        link=link,
        after=after,
        picture=picture,
        picture_path=press.card_path(house(), picture.card_digest, picture.size) if picture else "",
        host=urlsplit(post.link).hostname or "",
        sent_at=delivery.sent_at or delivery.wanted_at,
    )


def _delivered(delivery_id: str) -> tuple[Delivery, Channel]:
    with house().database.read() as tx:
        delivery = DeliveryStore(tx).get(delivery_id)
        channel = ChannelStore(tx).get(delivery.channel_id)
    if channel.kind != _KIND or delivery.state is not DeliveryState.DELIVERED:
        raise NotFound("There is no simulated post at this address.")
    return delivery, channel
