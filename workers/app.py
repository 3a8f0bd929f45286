"""The Celery application: `celery -A workers.app worker`.

Built at import because Celery looks for it here; everything else is built when a worker starts.
"""

from functools import cache
from typing import Any

from celery.signals import setup_logging, worker_process_init

from service import logs
from service.config import load_settings
from service.house import House, build
from service.nudge import SilentNudger, celery_for
from workers.roster import Roster, load_roster

settings = load_settings()
app = celery_for(settings)
app.conf.imports = ["workers.tasks"]
app.set_default()


@cache
def house() -> House:
    return build(settings, nudger=SilentNudger())


@cache
def roster() -> Roster:
    return load_roster()


def _set_up_logs(**_: Any) -> None:
    logs.set_up(settings.log_format)
    roster()  # a kind that cannot be loaded stops the worker here, at boot


def _after_fork(**_: Any) -> None:
    house().database.after_fork()


setup_logging.connect(_set_up_logs)
worker_process_init.connect(_after_fork)
