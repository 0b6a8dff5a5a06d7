"""The application's own Redis connection, beside those of Celery, Socket.IO and the limiter."""

from typing import cast

from flask import Flask, current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

IMPATIENCE = 2.0


def init_app(app: Flask) -> None:
    """Give the application a pool of connections that fail fast."""
    app.extensions["redis"] = Redis.from_url(
        app.config["SETTINGS"].redis_url,
        decode_responses=True,
        socket_timeout=IMPATIENCE,
        socket_connect_timeout=IMPATIENCE,
        # redis-py would try for seconds, while a member waits for their page.
        retry=Retry(NoBackoff(), 1),
    )


def client() -> Redis:
    """Give the connection of the current application."""
    return cast(Redis, current_app.extensions["redis"])
