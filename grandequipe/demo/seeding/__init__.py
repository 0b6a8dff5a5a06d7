"""A big community made in bulk, to measure with: its rows, facts and positions are all true.

It goes around the services, which write one thing at a time; `tests/demo` holds both to the
same account: every counter counts its rows, and every stream is numbered without holes.
"""

from grandequipe.demo.seeding.loading import write_crowd
from grandequipe.demo.size import Size

__all__ = ["Size", "write_crowd"]
