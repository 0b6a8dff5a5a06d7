"""Long work in C beside the requests of others.

A web process serves everybody in greenlets of one thread: what computes without waiting holds all
of them up. A thread of the operating system does it instead, where the C code lets go of Python.
"""

from collections.abc import Callable
from functools import cache
from typing import TypeVar

from gevent import monkey
from gevent.threadpool import ThreadPool

T = TypeVar("T")

# More would not be quicker on the processors there are, and each password takes tens of megabytes.
AT_ONCE = 2


def aside(work: Callable[[], T]) -> T:
    """Do the work while others go on; where gevent does not run this process, do it here."""
    if not monkey.is_module_patched("threading"):
        return work()
    result: T = _pool().apply(work)
    return result


@cache
def _pool() -> ThreadPool:
    """Make the threads of this process when it needs them: they would not survive a fork."""
    return ThreadPool(AT_ONCE)
