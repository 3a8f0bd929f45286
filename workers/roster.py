"""The roster: every kind of channel with its face and its voice.

A face without a voice, or a voice without a face, stops the process at boot with its name.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import service.channels
import workers.channels
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

    def voice(self, house: House, channel: Channel) -> Voice:
        """Open the account's secrets and make its voice."""
        kind = self._kind(channel)
        with house.database.read() as tx:
            sealed = ChannelStore(tx).sealed_secrets(channel.id)
        secrets = unseal(sealed, owner=channel.name, keys=house.keys)
        return kind.voice(
            settings=kind.face.parse_settings(channel.settings),
            secrets=kind.face.secrets_model.model_validate(secrets),
            session=StoredSession(house, channel),
            http=guarded_session(allow_private=house.settings.allow_private_hosts),
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


def load_roster() -> Roster:
    faces = discover(service.channels, "FACE")
    voices = discover(workers.channels, "VOICE")
    for name in sorted(faces.keys() ^ voices.keys()):
        missing = "voice in workers/channels" if name in faces else "face in service/channels"
        raise Misconfigured(f"the channel kind {name} has no {missing}: add {name}.py there")
    return Roster({name: Kind(face, voices[name]) for name, face in faces.items()})
