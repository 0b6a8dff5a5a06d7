"""Handlers of events that write notifications."""

from grandequipe.notifications.handlers import (
    ends as ends,
    experience as experience,
    held_comments as held_comments,
    library as library,
    managed as managed,
    organisations as organisations,
    topics as topics,
    webinars as webinars,
)
