"""Handlers of events that write notifications."""

from grandequipe.notifications.handlers import (
    ends as ends,
    held_comments as held_comments,
    managed as managed,
    topics as topics,
    webinars as webinars,
)
