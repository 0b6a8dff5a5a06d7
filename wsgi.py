"""The web process: `gunicorn -c gunicorn.conf.py wsgi:app`."""

from gevent import monkey

# gunicorn's gevent worker has patched by now; whoever else imports this gets the same world.
if not monkey.is_module_patched("socket"):
    monkey.patch_all()

from grandequipe import live
from grandequipe.app import create_app
from grandequipe.core import connections

app = create_app()
connections.bound_idleness(app)
live.start(app)
