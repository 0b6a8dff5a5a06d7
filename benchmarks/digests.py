"""A thousand digests through the worker, from due to accepted by the mail server."""

import threading
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select, update

from benchmarks.rows import TOLERATED, Row
from benchmarks.stack import Stack, wait_until
from benchmarks.yardstick import bare_mails
from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.digests.models import DigestSubscription
from grandequipe.digests.tasks import claim
from grandequipe.extensions import db
from grandequipe.groups.models import Membership

AT_MOST_SECONDS = 120.0
EVERY = 0.5
GOAL = 130 * TOLERATED


def measure_digests(stack: Stack) -> Row:
    """Make every digest due now, queue the claim once, and wait for the last mail."""
    before, weight_before = stack.sink.count()
    with stack.app.app_context():
        wanted = _make_all_due()
        memory = MemoryOf(stack.worker.pid)
        with memory:
            claim.delay()
            lasted = wait_until(
                lambda: stack.sink.count()[0] - before >= wanted, "all digests", AT_MOST_SECONDS
            )
    mails, weight = stack.sink.count()
    size = (weight - weight_before) // max(1, mails - before)
    bare, rate = bare_mails(stack, wanted, size), wanted / lasted
    return Row(
        f"{wanted:,} digests to a local SMTP sink",
        f"{rate:,.0f}/s, {size / 1000:.0f} KB each, {memory}",
        f"{GOAL:.0f}/s",
        rate >= GOAL,
        f"{bare:,.0f}/s",
        rate / bare,
    )


def _make_all_due() -> int:
    """Make everyone's digest due, with the posts that its member has not seen."""
    with atomic():
        db.session.execute(update(Membership).values(digested_position=Membership.seen_position))
        db.session.execute(
            update(DigestSubscription).values(next_due_at=clock.now() - timedelta(minutes=1))
        )
    return db.session.scalar(select(func.count(DigestSubscription.member_id))) or 0


class MemoryOf:
    """The memory of a process and its children, looked at while a block runs."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._done = threading.Event()
        self.seen: list[float] = []

    def __enter__(self) -> "MemoryOf":
        """Look from now on."""
        self._looking = threading.Thread(target=self._look, daemon=True)
        self._looking.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop looking."""
        self._done.set()
        self._looking.join()

    def __str__(self) -> str:
        """Say how the processes of the worker grew, together: at rest, warm, at most."""
        first, warm, most = self.seen[0], self.seen[len(self.seen) // 4], max(self.seen)
        return f"worker {first:.0f} MB, {warm:.0f} after a quarter, peak {most:.0f}"

    def _look(self) -> None:
        while True:
            self.seen.append(sum(_resident_megabytes(pid) for pid in _family(self._pid)))
            if self._done.wait(EVERY):
                return


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *map(int, children)]


def _resident_megabytes(pid: int) -> float:
    """Read what is the process's alone and its share of what it shares (PSS)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
