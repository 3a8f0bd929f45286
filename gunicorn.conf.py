"""How gunicorn serves the web application; Procfile, compose.yaml and `kindly up` all use this.

gunicorn reads this file by its name when it starts in this folder.
"""

from pathlib import Path

from service.config import load_settings

_settings = load_settings()
_MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn unlinks its file as soon as it has opened it

wsgi_app = "service.app:create_app()"
bind = f"{_settings.host}:{_settings.port}"

# Requests wait for a database or a picture, so threads serve them well; two processes keep the
# second core busy. A webhook is answered in milliseconds, a card in a second or two.
worker_class = "service.web.serving.PatientWorker"  # gthread, with an end to its patience
workers = 2
threads = 8
timeout = 60
graceful_timeout = 30

# A worker that grows is replaced before anybody notices, and not all of them at once.
max_requests = 5000
max_requests_jitter = 500

# The sign of life is written every second: on a slow disk it would hold the worker up.
worker_tmp_dir = str(_MEMORY) if _MEMORY.is_dir() else None

# A second way to steer the server, which nothing here uses.
control_socket_disable = True

# What a proxy may say is read by the application, for as many proxies as the operator trusts.
# gunicorn by itself would believe everybody on this machine, down to the path it is mounted at.
forwarded_allow_ips = ""
forwarder_headers = ""
