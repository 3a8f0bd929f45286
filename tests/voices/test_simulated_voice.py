"""Simulated: a receipt for everything, the same one for the same delivery."""

import pytest
import requests

from service.channels.simulated import FACE
from tests.standins.carrying import DELIVERY_ID, KeptSession, job_for
from workers.channels.simulated import VOICE


def _voice(**settings: str):
    return VOICE(
        settings=FACE.parse_settings(settings),
        secrets=FACE.secrets_model(),
        session=KeptSession(),
        http=requests.Session(),
    )


@pytest.mark.parametrize(
    ("base_url", "address"),
    [
        pytest.param("", f"/simulated/{DELIVERY_ID}", id="relative"),
        pytest.param("http://news:8000/", f"http://news:8000/simulated/{DELIVERY_ID}", id="whole"),
    ],
)
def test_a_receipt_points_to_the_service_itself(base_url, address):
    voice = _voice(base_url=base_url)

    assert voice.publish(job_for(FACE, voice)).url == address


def test_publishing_again_gives_the_same_receipt():
    voice = _voice(style="x")

    assert voice.publish(job_for(FACE, voice)) == voice.publish(job_for(FACE, voice))


def test_checking_names_the_style():
    assert "bluesky" in _voice(style="bluesky").check()
