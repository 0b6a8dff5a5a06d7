"""Prometheus reads figures with the operator's token, and nobody else does."""

from dataclasses import replace

import pytest
from flask import Flask

from grandequipe.core.tasks import heartbeat
from tests.conftest import Visitor
from tests.factories import Cast

TOKEN = "un jeton assez long"


@pytest.fixture
def token(app: Flask, monkeypatch: pytest.MonkeyPatch) -> str:
    """Set METRICS_TOKEN."""
    settings = replace(app.config["SETTINGS"], metrics_token=TOKEN)
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    return TOKEN


def figures(text: str) -> dict[str, float]:
    """Read the text format of Prometheus."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.split(" ") for line in lines)}


def test_without_the_setting_there_is_no_such_page(visitor: Visitor) -> None:
    assert visitor.get("/metrics").status_code == 404


@pytest.mark.parametrize("sent", ["", "Bearer x", f"Basic {TOKEN}", TOKEN])
def test_without_the_token_nothing_is_said(visitor: Visitor, token: str, sent: str) -> None:
    answer = visitor.get("/metrics", headers={"Authorization": sent})
    assert (answer.status_code, "grandequipe" in answer.text) == (401, False)


def test_the_backlog_of_events_and_the_clock_are_counted(
    visitor: Visitor, token: str, cast: Cast
) -> None:
    heartbeat()
    answer = visitor.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.mimetype == "text/plain"
    read = figures(answer.text)
    assert read["grandequipe_events_pending"] > 0
    assert read["grandequipe_handlers_set_aside"] == read["grandequipe_handlers_retried"] == 0
    assert 0 <= read["grandequipe_last_beat_seconds"] < 60
    assert read["grandequipe_events_oldest_pending_seconds"] >= 0
    assert read["grandequipe_mails_uncertain"] == 0
