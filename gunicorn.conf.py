"""The web server: started from the repository's root by ./dev, or by an operator's service."""

import gc
import os

wsgi_app = "config.wsgi:application"
pythonpath = "platform"
bind = f"{os.environ.get('EGRET_BIND', '127.0.0.1')}:{os.environ.get('EGRET_PORT', '8000')}"

# Threads carry the waiting on the database; processes carry the counting with numpy.
workers = int(os.environ.get("EGRET_WEB_PROCESSES", "2"))
worker_class = "gthread"
threads = int(os.environ.get("EGRET_WEB_THREADS", "4"))
preload_app = True  # one import of the geometry libraries, shared by the processes

# A large delivery is checked and stored inside one request, whose database statements
# have their own, shorter limits.
timeout = 300
graceful_timeout = 20
keepalive = 5
# Gives back now and then what native libraries keep; the spread avoids restarting together.
max_requests = 5000
max_requests_jitter = 500

accesslog = None  # what was done by whom is in the audit log
errorlog = "-"
loglevel = "warning"
control_socket_disable = True


def when_ready(server: object) -> None:
    """Before the workers are forked: what is imported stays, and need not be looked through."""
    gc.collect()
    gc.freeze()
