"""How gunicorn serves the site; each value can be set in the environment (see .env.example)."""

import os
from pathlib import Path

wsgi_app = "wsgi:app"
bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gevent"
worker_connections = 10_000
# An open WebSocket never ends by itself: after this many seconds it is cut, and comes back.
graceful_timeout = int(os.environ.get("GRACEFUL_TIMEOUT", "10"))
timeout = 60
keepalive = 75
# The heartbeat file must not wait for a slow disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "info").lower()
# Nobody's request says where the site stands (SCRIPT_NAME, PATH_INFO), or by which scheme it came:
# the application reads what TRUSTED_PROXIES proxies say, and nothing else.
forwarder_headers = ""
secure_scheme_headers = {}
# A browser sends some twenty headers; what each may hold is measured by web.header_limits.
limit_request_fields = 50
limit_request_field_size = 8_190
