"""Speaks to nobody: the receipt follows from the delivery alone, so a repeat cannot double it."""

from service.channels.simulated import SimulatedSettings
from service.domain.post import Receipt
from workers.channels.base import Job, Voice


class SimulatedVoice(Voice):
    kind = "simulated"

    def publish(self, job: Job) -> Receipt:
        assert isinstance(self.settings, SimulatedSettings)
        base_url = self.settings.base_url.rstrip("/")
        return Receipt(remote_id=job.delivery_id, url=f"{base_url}/simulated/{job.delivery_id}")

    def check(self) -> str:
        assert isinstance(self.settings, SimulatedSettings)
        return f"simulated channel in the style of {self.settings.style}"


VOICE = SimulatedVoice
