"""The application factory: the only module that imports every package."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from celery import Task
from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from grandequipe import (
    admin,
    announcements,
    api,
    attachments,
    digests,
    directory,
    feed,
    groups,
    library,
    link_previews,
    live,
    members,
    moderation,
    notifications,
    organisations,
    search,
    syndication,
    taxonomies,
    web,
    webhooks,
    webinars,
)
from grandequipe.config import Settings
from grandequipe.core import connections, logs, mail, redis
from grandequipe.core.events import subscribe
from grandequipe.core.events.tasks import wake_dispatcher
from grandequipe.core.mail.kinds import ORDINARY_QUEUE
from grandequipe.core.tasks import SCHEDULE as CORE_SCHEDULE
from grandequipe.extensions import celery, csrf, db, limiter, migrate
from grandequipe.web import bodies, measures
from grandequipe.web.compression import Compression
from grandequipe.web.header_limits import HeaderLimits
from grandequipe.web.site_root import SiteRoot

MIGRATIONS = Path(__file__).parent / "migrations"
LONGEST_TASK_SECONDS = 600
# A worker takes from each queue in turn: a thousand mails delay no handler and no heartbeat.
QUEUES = (
    "celery", ORDINARY_QUEUE, digests.tasks.QUEUE, digests.tasks.QUEUE_BEFORE,
    attachments.tasks.QUEUE, link_previews.tasks.QUEUE, webinars.MAIL_QUEUE, webhooks.QUEUE,
)  # fmt: skip
FEATURES = (
    web,
    taxonomies,
    members,
    groups,
    attachments,
    link_previews,
    feed,
    webinars,
    syndication,
    webhooks,
    moderation,
    announcements,
    library,
    directory,
    organisations,
    search,
    notifications,
    live,
    digests,
    api,
    admin,
)


class Application(Flask):
    """Flask, whose log says by which route an error came: paths hold keys and tokens."""

    def log_exception(self, exc_info: Any) -> None:
        """Log an error that no page answers."""
        route = request.url_rule or "an unknown path"
        self.logger.error("Exception on %s [%s]", route, request.method, exc_info=exc_info)


def create_app(
    settings: Settings | None = None, overrides: Mapping[str, Any] | None = None
) -> Flask:
    """Create the application of the web process, the worker and the command line.

    Without `settings` they are read from the environment; raises ConfigurationError if invalid.
    `overrides` replace values of Flask's configuration by name: tests hash passwords cheaply.
    """
    settings = settings or Settings.from_environment(os.environ)
    app = Application("grandequipe", static_folder="web/static")
    app.config.from_mapping({**settings.for_flask(), **(overrides or {})})
    logs.configure(settings.log_level)
    bodies.init_app(app)
    measures.init_app(app)
    _start_extensions(app)
    for feature in FEATURES:
        feature.init_app(app)
    if not settings.trusted_proxies:
        app.wsgi_app = Compression(app.wsgi_app)  # type: ignore[method-assign]
    # Outside all middleware that matches paths: that reads PATH_INFO without the site's root.
    app.wsgi_app = SiteRoot(app.wsgi_app, settings.root)  # type: ignore[method-assign]
    _trust_proxies(app, settings.trusted_proxies)
    app.wsgi_app = HeaderLimits(app.wsgi_app)  # type: ignore[method-assign]
    subscribe(wake_dispatcher)
    return app


def _trust_proxies(app: Flask, count: int) -> None:
    """Apply the proxies' headers before other middleware: page caches key by scheme and host."""
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, count, count, count, count
        )


def _start_extensions(app: Flask) -> None:
    db.init_app(app)
    connections.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    redis.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    _start_celery(app)


def _start_celery(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]

    class TaskInApp(Task):
        """Run each task in an application context of its own."""

        def __call__(self, *args: object, **kwargs: object) -> Any:
            with app.app_context():
                return self.run(*args, **kwargs)

    celery.task_cls = TaskInApp
    celery.conf.update(
        broker_url=settings.redis_database(0),
        task_queues={name: {} for name in QUEUES},
        task_routes={
            "mail.deliver": {"queue": ORDINARY_QUEUE},
            "digests.send_letter": {"queue": digests.tasks.QUEUE},
            "attachments.prepare": {"queue": attachments.tasks.QUEUE},
            "link_previews.*": {"queue": link_previews.tasks.QUEUE},
            "library.check_addresses": {"queue": link_previews.tasks.QUEUE},
            "webhooks.*": {"queue": webhooks.QUEUE},
        },
        # Prefetch nothing: a task waiting at a busy worker would miss its turn elsewhere.
        worker_prefetch_multiplier=1,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        timezone="UTC",
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options={
            "visibility_timeout": LONGEST_TASK_SECONDS * 2,
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
        },
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0.1},
        task_time_limit=LONGEST_TASK_SECONDS,
        beat_schedule=_schedule(),
    )
    celery.set_default()
    app.extensions["celery"] = celery


def _schedule() -> dict[str, Any]:
    schedules = [getattr(part, "SCHEDULE", {}) for part in (mail, *FEATURES)]
    return CORE_SCHEDULE | {name: entry for each in schedules for name, entry in each.items()}
