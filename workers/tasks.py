"""The two tasks. Their arguments are ids: a message that is lost, late or doubled does no harm."""

from service.nudge import DELIVER, TAKE_IN
from workers import delivering, planning
from workers.app import app, house, roster


@app.task(name=TAKE_IN)  # type: ignore[untyped-decorator]
def take_in(event_id: str) -> None:
    """Apply a story event, plan its deliveries, and hint at those that may go out now."""
    for delivery_id in planning.take_in(house(), roster(), event_id):
        deliver.delay(delivery_id)


@app.task(name=DELIVER)  # type: ignore[untyped-decorator]
def deliver(delivery_id: str) -> None:
    """Carry one delivery a step further, if it is due and nobody else is at it."""
    delivering.deliver(house(), roster(), delivery_id)
