"""What is done outside Python beside the requests of others.

A web process serves everybody in greenlets of one thread: what computes, or waits where gevent
does not see it, holds all of them up. A thread of the operating system does it instead, where the
code lets go of Python.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import TypeVar, cast

from gevent import monkey
from gevent.threadpool import ThreadPool

T = TypeVar("T")

SIZES = {
    # More would not be quicker on the processors there are, and each password takes tens of
    # megabytes.
    "computing": 2,
    # Threads that wait for another machine take no processor time.
    "waiting": 20,
    # Each has megabytes of a file in memory.
    "copying": 2,
}
# Characters. To go to a thread and back takes longer than to read as much as this.
SHORT = 2_000


def run_in_thread(work: Callable[[], T]) -> T:
    """Compute while others go on; where gevent does not run this process, compute here."""
    return _in_pool("computing", work)


def run_in_thread_if_long(text: str, work: Callable[[], T]) -> T:
    """Work on a text: here, or beside others where it is a long one."""
    return work() if len(text) <= SHORT else run_in_thread(work)


def run_blocking_io(work: Callable[[], T]) -> T:
    """Do the same for what waits more than it computes: it stands in nobody's way who computes."""
    return _in_pool("waiting", work)


def run_large_copy(work: Callable[[], T]) -> T:
    """Do the same for what copies a large file: few at once, so that memory does not grow."""
    return _in_pool("copying", work)


def _in_pool(name: str, work: Callable[[], T]) -> T:
    if not monkey.is_module_patched("threading"):
        return work()
    result, error = _pool(name).apply(partial(_tried, work))
    if error is not None:
        raise error
    return cast(T, result)


def _tried(work: Callable[[], T]) -> tuple[T | None, Exception | None]:
    """Give an error back instead of raising it: gevent logs what is raised in its threads."""
    try:
        return work(), None
    except Exception as error:
        return None, error


@cache
def _pool(name: str) -> ThreadPool:
    """Make the threads of this process when it needs them: they would not survive a fork."""
    return ThreadPool(SIZES[name])
