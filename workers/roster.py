"""The roster: every kind of channel with its face and its voice.

A face without a voice, or a voice without a face, stops the process at boot with its name.
"""

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from urllib3.exceptions import ConnectTimeoutError

import service.channels
import workers.channels
from service import clock
from service.channels.base import Face
from service.discovery import discover
from service.domain.errors import Misconfigured
from service.fetching import guarded_session
from service.house import House
from service.storage.channels import Channel, ChannelStore
from workers.channels.base import Voice
from workers.credentials import StoredSession, unseal


@dataclass(frozen=True, slots=True)
class Kind:
    face: Face
    voice: type[Voice]


@dataclass(frozen=True, slots=True)
class Roster:
    """Knows the kinds, and lends an account's voice to whoever holds the private key."""

    kinds: Mapping[str, Kind]

    def face(self, channel: Channel) -> Face:
        return self._kind(channel).face

    def voice(self, house: House, channel: Channel, *, until: datetime | None = None) -> Voice:
        """Open the account's secrets and make its voice, which says nothing after `until`."""
        kind = self._kind(channel)
        with house.database.read() as tx:
            sealed = ChannelStore(tx).sealed_secrets(channel.id)
        secrets = unseal(sealed, owner=channel.name, keys=house.keys)
        return kind.voice(
            settings=kind.face.parse_settings(channel.settings),
            secrets=kind.face.secrets_model.model_validate(secrets),
            session=StoredSession(house, channel),
            http=guarded_session(
                allow_private=house.settings.allow_private_hosts, on_open=_refuse_after(until)
            ),
        )

    @property
    def quick_kinds(self) -> frozenset[str]:
        """Kinds that name their own posts, so that repeating a request cannot post twice."""
        return frozenset(
            name for name, kind in self.kinds.items() if kind.face.supports.idempotency
        )

    def _kind(self, channel: Channel) -> Kind:
        try:
            return self.kinds[channel.kind]
        except KeyError as error:
            raise Misconfigured(
                f"channel {channel.name} is of kind {channel.kind}, which is not installed"
            ) from error


def _refuse_after(until: datetime | None) -> Callable[[socket.socket], None] | None:
    """Close lines that come to be open after the claim is over.

    The claim was checked before, but a verb may ask several things, names resolve slowly, and a
    worker may be stopped at any moment. A check cannot come later: next is the first byte.
    """
    if until is None:
        return None

    def check(line: socket.socket) -> None:
        if clock.now() > until:
            line.close()
            # Voices read this as: nothing was said.
            raise ConnectTimeoutError("the claim is over")

    return check


def load_roster() -> Roster:
    faces = discover(service.channels, "FACE")
    voices = discover(workers.channels, "VOICE")
    for name in sorted(faces.keys() ^ voices.keys()):
        missing = "voice in workers/channels" if name in faces else "face in service/channels"
        raise Misconfigured(f"the channel kind {name} has no {missing}: add {name}.py there")
    return Roster({name: Kind(face, voices[name]) for name, face in faces.items()})
