"""Figures for Prometheus: those of the event log and the clock, and those that features add."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from grandequipe.core import clock, redis
from grandequipe.core.events.queries import get_backlog
from grandequipe.core.mail.queries import count_unfinished
from grandequipe.core.tasks import LAST_BEAT
from grandequipe.web import health

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Gauge:
    """A figure that rises and falls, with a sentence about it; its name has the site's prefix."""

    name: str
    help: str
    value: float


Source = Callable[[], Iterable[Gauge]]
_sources: list[Source] = []


def add_source(source: Source) -> None:
    """Register a function that gives figures, called at each request of `/metrics`."""
    if source not in _sources:
        _sources.append(source)


def render() -> str:
    """Write all figures in the text format of Prometheus, version 0.0.4."""
    lines = []
    for source in (_process, _events, _mails, *_sources):
        for gauge in source():
            name = f"grandequipe_{gauge.name}"
            lines += [f"# HELP {name} {gauge.help}", f"# TYPE {name} gauge"]
            lines.append(f"{name} {gauge.value:g}")
    return "\n".join([*lines, ""])


def _process() -> Iterable[Gauge]:
    yield Gauge("ready", "1 where /readyz answers 200.", not health.reasons_not_to_serve())
    last = redis.client().get(LAST_BEAT)
    if last is not None:
        yield Gauge("last_beat_seconds", "Age of the last beat.", _age(str(last)))


def _events() -> Iterable[Gauge]:
    backlog = get_backlog()
    oldest = (clock.now() - backlog.oldest_at).total_seconds() if backlog.oldest_at else 0
    yield Gauge("events_pending", "Events with handlers that have not run yet.", backlog.pending)
    yield Gauge("events_oldest_pending_seconds", "Age of the oldest of them.", oldest)
    yield Gauge("handlers_retried", "Handlers that failed and are tried again.", backlog.retried)
    yield Gauge(
        "handlers_set_aside", "Handlers that failed for a day and are set aside.", backlog.set_aside
    )


def _mails() -> Iterable[Gauge]:
    for state, number in count_unfinished().items():
        yield Gauge(f"mails_{state.value}", f"Mails of the outbox that are {state.value}.", number)


def _age(instant: str) -> float:
    return (clock.now() - datetime.fromisoformat(instant)).total_seconds()
