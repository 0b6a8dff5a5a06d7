"""Handlers of events that write notifications."""

from grandequipe.notifications.handlers import ends as ends, topics as topics
