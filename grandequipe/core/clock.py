"""The one door to time."""

from datetime import UTC, datetime


def now() -> datetime:
    """Give the present instant, in UTC."""
    return datetime.now(UTC)
