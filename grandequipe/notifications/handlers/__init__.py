"""Handlers of events that write notifications."""

from grandequipe.notifications.handlers import ends as ends, managed as managed, topics as topics
