"""What is measured in a community, each as the milliseconds that one answer of twenty exceeds."""

from collections.abc import Callable, Mapping
from functools import partial
from statistics import quantiles
from time import perf_counter

from flask import Flask
from flask.testing import FlaskClient

from benchmarks.large.community import BIGGEST, Reader
from benchmarks.queries import log_in
from grandequipe.core.transactions import atomic
from grandequipe.digests.services import compose
from grandequipe.extensions import db
from grandequipe.feed.queries import list_my_groups
from grandequipe.members.models import Member
from grandequipe.members.services import begin_session

Work = Callable[[int], object]

TIMES, WARM_UP = 60, 5
# Numbers that were never asked for before: each answer is made anew.
GROUP_PAGE = f"/groupes/bench-{BIGGEST}?n={{n}}"


def measure(app: Flask, times: int = TIMES) -> Mapping[str, float]:
    """Measure everything, one after the other, in this process."""
    return {work: _p95(ask, times) for work, ask in works(app).items()}


def works(app: Flask) -> Mapping[str, Work]:
    """Give what is measured by name; the number that each is called with is never the same."""
    readers = {reader: _logged_in(app, reader) for reader in Reader}
    fifty = readers[Reader.FIFTY]
    return {
        **{
            f"home, a member of {reader}": partial(_get, client, "/?n={n}")
            for reader, client in readers.items()
        },
        "group page": partial(_get, fifty, GROUP_PAGE),
        "group page by kind": partial(_get, fifty, f"{GROUP_PAGE}&kind=webinaire"),
        "library": partial(_get, fifty, "/ressources?n={n}"),
        "library by title": partial(_get, fifty, "/ressources?tri=titre&n={n}"),
        "library by type": partial(_get, fifty, "/ressources?type=guide&n={n}"),
        "agenda of 200 groups": partial(_get, readers[Reader.TWO_HUNDRED], "/agenda?n={n}"),
        "agenda of all": partial(_get, fifty, "/agenda?quoi=tout&n={n}"),
        "agenda, a month of all": partial(_get, fifty, "/agenda?quoi=tout&vue=mois&n={n}"),
        "agenda, past": partial(_get, readers[Reader.TWO_HUNDRED], "/agenda?passe=1&n={n}"),
        "bell": partial(_get, fifty, "/notifications?n={n}"),
        "unread counters of 200 groups": partial(_read, app, list_my_groups, Reader.TWO_HUNDRED),
        "digest contents, 50 groups": partial(_read, app, compose, Reader.FIFTY),
    }


def _read(app: Flask, read: Callable[[Member], object], reader: Reader, _number: int) -> None:
    with app.app_context():
        read(db.session.get_one(Member, reader.id))


def _p95(ask: Work, times: int) -> float:
    lasted = []
    for number in range(WARM_UP + times):
        started = perf_counter()
        ask(number)
        lasted.append((perf_counter() - started) * 1000)
    return quantiles(lasted[WARM_UP:], n=20)[-1]


def _get(client: FlaskClient, path: str, number: int) -> None:
    answer = client.get(path.replace("{n}", str(number)))
    if answer.status_code != 200:
        raise ValueError(f"{path} was answered by {answer.status_code}.")


def _logged_in(app: Flask, reader: Reader) -> FlaskClient:
    with app.app_context(), atomic():
        key, _session = begin_session(db.session.get_one(Member, reader.id))
    client = app.test_client()
    log_in(client, key)
    return client
