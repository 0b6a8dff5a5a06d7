"""Where an operator runs clamd, a file passes it before it is kept."""

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from grandequipe.attachments.models import File
from grandequipe.cli.actions.checks import scanner
from grandequipe.extensions import db
from tests.attachments.conftest import Send
from tests.attachments.sample_files import PDF
from tests.attachments.test_resumable_uploads import Sender
from tests.factories import Cast

BAD = PDF + b"SIGNE-DE-VIRUS"


def serve(listener: socket.socket, received: list[bytes]) -> None:
    """Do what clamd does with INSTREAM and PING."""
    while True:
        try:
            connection, _from = listener.accept()
        except OSError:
            return
        with connection, suppress(OSError), connection.makefile("rb") as incoming:
            command = incoming.read(6)
            if command == b"zPING\0":
                connection.sendall(b"PONG\0")
                continue
            assert command + incoming.read(4) == b"zINSTREAM\0"
            content = b""
            while length := struct.unpack(">I", incoming.read(4))[0]:
                content += incoming.read(length)
            received.append(content)
            found = b"Essai.Virus FOUND" if content == BAD else b"OK"
            connection.sendall(b"stream: " + found + b"\0")


@pytest.fixture(params=["tcp", "unix"])
def received(request: pytest.FixtureRequest, app: Flask, tmp_path: Path) -> Iterator[list[bytes]]:
    """Run a scanner, and give what it was sent."""
    if request.param == "tcp":
        listener = socket.create_server(("127.0.0.1", 0))
        url = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    else:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(tmp_path / "clamd"))
        listener.listen()
        url = f"unix://{tmp_path}/clamd"
    settings, sent = app.config["SETTINGS"], []
    app.config["SETTINGS"] = replace(settings, clamd_url=url)
    Thread(target=serve, args=(listener, sent), daemon=True).start()
    yield sent
    app.config["SETTINGS"] = settings
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def count_files() -> int:
    return db.session.scalar(select(func.count()).select_from(File)) or 0


def test_an_infected_file_is_refused_by_its_name_and_nothing_of_it_is_kept(
    app: Flask, cast: Cast, send: Send, received: list[bytes]
) -> None:
    refused = send(cast.amina, BAD, "facture.pdf")
    assert refused.status_code == 422
    assert "facture.pdf" in refused.json["errors"]["file"]
    assert "virus" in refused.json["errors"]["file"]
    assert count_files() == 0
    large = PDF + bytes(600_000)
    assert send(cast.amina, large, "bilan.pdf").status_code == 201
    assert received == [BAD, large]
    assert scanner(app.config["SETTINGS"]) is None


def test_a_file_that_was_sent_in_parts_passes_the_scanner_when_it_is_whole(
    cast: Cast, program: Callable[..., Any], received: list[bytes]
) -> None:
    amina = Sender(program(cast.amina))
    path = amina.begin(len(BAD), "facture.pdf").location
    amina.send(path, 0, BAD[:40])
    assert received == []
    refused = amina.send(path, 40, BAD[40:])
    assert refused.status_code == 422, refused.text
    assert "facture.pdf" in refused.text
    assert received == [BAD]
    assert count_files() == 0


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:1", "unix:///nowhere/clamd"])
def test_while_the_scanner_does_not_answer_no_file_is_accepted(
    app: Flask, cast: Cast, send: Callable[..., object], url: str
) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, clamd_url=url)
    try:
        refused = send(cast.amina, PDF, "bilan.pdf")
        assert refused.status_code == 422  # type: ignore[attr-defined]
        assert "bilan.pdf" in refused.json["errors"]["file"]  # type: ignore[attr-defined]
        assert count_files() == 0
        assert "CLAMD_URL" in str(scanner(app.config["SETTINGS"]))
    finally:
        app.config["SETTINGS"] = settings
    assert scanner(settings) is None, "without a scanner there is nothing to ask"
    assert send(cast.amina, PDF).status_code == 201  # type: ignore[attr-defined]
