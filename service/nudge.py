"""Nudges: a hint to the workers, never the only record of work.

The database already holds what is due. If a nudge is lost the dispatcher finds the work within
a second or two, so a dead broker slows us down and cannot silence us. A nudge therefore never
blocks and never fails: it is handed to a thread, and dropped when that thread cannot keep up.
"""

import queue
import threading
import time
from typing import Any

import structlog
from celery import Celery

from service.config import Settings

TAKE_IN = "kindly.take_in"
DELIVER = "kindly.deliver"
QUEUE = "deliveries"

_log = structlog.get_logger()
_MOST_WAITING = 1000
_REST_AFTER_FAILURE_S = 5.0

# Longer than any task, so that Redis never hands a running task out again. Kombu reads it from
# three places and the shortest wins, hence one constant.
_VISIBILITY_S = 300


def celery_for(settings: Settings) -> Celery:
    """A Celery application that knows the broker and our rules for it, but no task."""
    app = Celery("kindly", broker=settings.redis_address, set_as_current=False)
    app.conf.update(
        task_ignore_result=True,
        task_acks_late=False,  # a message is a hint; recovery is the database's business
        task_default_queue=QUEUE,
        task_publish_retry=False,
        task_serializer="json",
        accept_content=["json"],
        enable_utc=True,
        worker_prefetch_multiplier=1,
        worker_disable_prefetch=True,  # what lies in a worker's memory would delay its stopping
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        # True loses tasks on Redis: after a reconnect the cancelled task is acknowledged.
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_enable_soft_shutdown_on_idle=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        visibility_timeout=_VISIBILITY_S,
        broker_transport_options={
            "visibility_timeout": _VISIBILITY_S,
            "health_check_interval": 5,
            "socket_timeout": 10,
            "socket_connect_timeout": 2,
            "socket_keepalive": True,
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            "global_keyprefix": "kindly:",
        },
    )
    return app


class Nudger:
    """Sends hints from a web process, behind the request's back."""

    def __init__(self, settings: Settings) -> None:
        self._celery = celery_for(settings)
        self._waiting: queue.Queue[tuple[str, str]] = queue.Queue(_MOST_WAITING)
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def take_in(self, event_id: str) -> None:
        self._put(TAKE_IN, event_id)

    def deliver(self, delivery_id: str) -> None:
        self._put(DELIVER, delivery_id)

    def _put(self, task: str, subject: str) -> None:
        self._ensure_thread()
        try:
            self._waiting.put_nowait((task, subject))
        except queue.Full:
            _log.warning("hint dropped, the sweep will find the work", task=task, id=subject)

    def _ensure_thread(self) -> None:
        """Start on first use: a thread made before the web server forks would not survive it."""
        with self._start:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._send_all, name="nudge", daemon=True)
                self._thread.start()

    def _send_all(self) -> None:
        rest_until = 0.0
        while True:
            task, subject = self._waiting.get()
            if time.monotonic() >= rest_until and not self._send(task, subject):
                rest_until = time.monotonic() + _REST_AFTER_FAILURE_S

    def _send(self, task: str, subject: str) -> bool:
        try:
            self._celery.send_task(task, args=[subject], retry=False)
        except Exception as error:  # noqa: BLE001 - kombu raises many kinds; a hint may always fail
            _log.warning("no hint sent, the sweep will find the work", reason=type(error).__name__)
            return False
        return True


class SilentNudger:
    """Sends nothing: for tests and commands where the sweep is enough."""

    def take_in(self, event_id: str) -> Any:
        """Leave the event to the sweep."""

    def deliver(self, delivery_id: str) -> Any:
        """Leave the delivery to the sweep."""
