"""A big community made in bulk, to measure with; its rows, events and positions are consistent.

It bypasses the services, which write one thing at a time. `tests/demo` checks the result of both
alike: every counter equals its number of rows, and every stream is numbered without gaps.
"""

from grandequipe.demo.seeding.loading import write_crowd
from grandequipe.demo.size import Size

__all__ = ["Size", "write_crowd"]
