"""The dispatcher: finds due work in the database and hints at it, or does it when nobody listens.

Due work is a query. One dispatcher leads at a time, by a lease; if two ever lead together, hints
are sent twice and the second finds nothing to claim.
"""

import contextlib
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from functools import partial

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

from service import clock
from service.house import House
from service.nudge import DELIVER, QUEUE, TAKE_IN, celery_for
from service.storage.database import DatabaseBusy
from service.storage.deliveries import DeliveryStore
from service.storage.events import EventStore
from service.storage.leases import DISPATCHER, LeaseStore
from workers import delivering, planning
from workers.roster import Roster

_log = structlog.get_logger()


_LEAD_FOR = timedelta(seconds=15)
_HINT_AGAIN = timedelta(seconds=30)
_BATCH = 100
_OWN_HANDS = 2
_ASK_BROKER_EVERY_S = 2.0

# Hints that nobody takes are sent again and again: this is where the pile ends.
_MOST_HINTS = 1000


class Dispatcher:
    """Turns until it is told to stop."""

    def __init__(self, house: House, roster: Roster) -> None:
        self._house = house
        self._roster = roster
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._broker = Broker(house)
        self._hands = ThreadPoolExecutor(_OWN_HANDS, thread_name_prefix="own-hands")
        self._busy: set[Future[object]] = set()
        self._stop = threading.Event()

    def run(self) -> None:
        """Sweep until `stop`; a database that is busy is asked again, never given up on."""
        while not self._stop.is_set():
            try:
                self.turn()
            except DatabaseBusy as error:
                _log.warning("sweep postponed", reason=str(error))
            self._stop.wait(self._house.settings.sweep_s)
        self.finish()

    def finish(self) -> None:
        """Bring to an end what our own hands have begun, and let another lead."""
        self._hands.shutdown(wait=True)
        with contextlib.suppress(DatabaseBusy), self._house.database.write() as tx:
            LeaseStore(tx).give_back(DISPATCHER, self._holder)

    def wait_for_own_hands(self) -> None:
        wait(self._busy)

    def stop(self) -> None:
        self._stop.set()

    def turn(self) -> None:
        """One sweep, if we lead."""
        if not self._lead():
            return
        self._release_expired()
        if self._broker.takes_hints():
            self._hint_all()
        else:
            self._do_some()

    def _lead(self) -> bool:
        with self._house.database.write() as tx:
            return LeaseStore(tx).take(DISPATCHER, self._holder, now=clock.now(), length=_LEAD_FOR)

    def _release_expired(self) -> None:
        with self._house.database.write() as tx:
            untouched, unclear = DeliveryStore(tx).release_expired(
                now=clock.now(),
                settle_delay=timedelta(seconds=self._house.settings.settle_delay_s),
                quick_kinds=self._roster.quick_kinds,
            )
        if untouched or unclear:
            _log.warning("took over from a silent worker", untouched=untouched, unclear=unclear)

    def _take(self, limit: int) -> tuple[list[str], list[str]]:
        """Events and deliveries that are due, `limit` together."""
        now = clock.now()
        with self._house.database.write() as tx:
            events = EventStore(tx).take_due(now=now, again_after=_HINT_AGAIN, limit=limit)
            left = limit - len(events)
            due = DeliveryStore(tx).take_due(now=now, again_after=_HINT_AGAIN, limit=left)
        return events, due

    def _hint_all(self) -> None:
        events, due = self._take(_BATCH)
        unsent = [subject for subject in events if not self._broker.hint(TAKE_IN, subject)]
        unsent += [subject for subject in due if not self._broker.hint(DELIVER, subject)]
        if unsent:
            self._forget(unsent)

    def _do_some(self) -> None:
        """Work with our own hands, slowly: nobody hears our hints."""
        self._busy = {future for future in self._busy if not future.done()}
        free = _OWN_HANDS - len(self._busy)
        if free <= 0:
            return
        events, due = self._take(free)
        for event in events:
            self._with_own_hands(partial(planning.take_in, self._house, self._roster, event))
        for delivery in due:
            self._with_own_hands(partial(delivering.deliver, self._house, self._roster, delivery))

    def _with_own_hands(self, work: Callable[[], object]) -> None:
        self._busy.add(self._hands.submit(_logged, work))

    def _forget(self, ids: list[str]) -> None:
        with self._house.database.write() as tx:
            DeliveryStore(tx).forget_hints(ids)
            EventStore(tx).forget_hints(ids, now=clock.now())


def _logged(work: Callable[[], object]) -> object:
    try:
        return work()
    except Exception:  # noqa: BLE001 - the task boundary: the row says what is still to do
        _log.exception("work by the dispatcher's own hands failed; the sweep takes it up again")
        return None


class Broker:
    """Whether hints are heard, asked cheaply before a batch of them is sent."""

    def __init__(self, house: House) -> None:
        self._celery = celery_for(house.settings)
        self._client = redis.Redis.from_url(
            house.settings.redis_address,
            socket_connect_timeout=1,
            socket_timeout=1,
            retry=Retry(NoBackoff(), 0),
        )
        prefix = self._celery.conf.broker_transport_options["global_keyprefix"]
        self._pile = f"{prefix}{QUEUE}"
        self._asked_at = 0.0
        self._answered = False

    def takes_hints(self) -> bool:
        """False while the broker is silent, or its hints pile up because no worker takes them."""
        if time.monotonic() - self._asked_at > _ASK_BROKER_EVERY_S or not self._answered:
            answered = self._ask()
            if answered and not self._answered:
                _log.info("the broker takes hints")
            elif self._answered and not answered:
                _log.warning("nobody takes hints, working with our own hands")
            self._asked_at, self._answered = time.monotonic(), answered
        return self._answered

    def hint(self, task: str, subject: str) -> bool:
        """Send one hint; False when it certainly did not leave."""
        if not self._answered:
            return False
        try:
            self._celery.send_task(task, args=[subject], retry=False)
        except Exception as error:  # noqa: BLE001 - kombu raises many kinds; a hint may always fail
            _log.warning("no hint sent", reason=type(error).__name__)
            self._answered = False
        return self._answered

    def _ask(self) -> bool:
        try:
            return int(self._client.llen(self._pile)) < _MOST_HINTS
        except redis.RedisError:
            return False
