"""Asking clamd, where an operator runs it, whether a file is infected: its INSTREAM over a socket.

It is off where `CLAMD_URL` is empty. A file that cannot be scanned is not accepted: who runs a
scanner expects that each file has passed it.
"""

import socket
import struct
from functools import partial
from typing import BinaryIO
from urllib.parse import urlsplit

from flask import current_app

from grandequipe.core.threads import run_blocking_io

CHUNK = 256 * 1024
LONGEST_ANSWER = 4096
CONNECT_SECONDS = 3.0
# For each read and write: clamd scans while it answers nothing.
SECONDS = 60.0


class ScannerUnavailable(Exception):
    """clamd does not answer, or not about this file: it says why."""


def is_infected(source: BinaryIO) -> bool:
    """Return whether clamd finds something in a file, which is left at its start.

    Raises ScannerUnavailable. Without a scanner nothing is found.
    """
    url = current_app.config["SETTINGS"].clamd_url
    return bool(url) and run_blocking_io(partial(_is_infected, url, source))


def ping(url: str) -> None:
    """Raise ScannerUnavailable where clamd does not answer."""
    if _ask(url, None) != "PONG":
        raise ScannerUnavailable("it is no clamd")


def _is_infected(url: str, source: BinaryIO) -> bool:
    source.seek(0)
    try:
        answer = _ask(url, source)
    finally:
        source.seek(0)
    if answer.endswith(" FOUND"):
        return True
    if answer != "stream: OK":
        raise ScannerUnavailable(answer or "no answer")
    return False


def _ask(url: str, source: BinaryIO | None) -> str:
    answer = b""
    try:
        with _connection(url) as connection:
            connection.settimeout(SECONDS)
            if source is None:
                connection.sendall(b"zPING\0")
            else:
                _send(connection, source)
            while b"\0" not in answer and len(answer) < LONGEST_ANSWER:
                if not (piece := connection.recv(LONGEST_ANSWER)):
                    break
                answer += piece
    except OSError as error:
        raise ScannerUnavailable(str(error)) from None
    return answer.partition(b"\0")[0].decode("utf-8", errors="replace").strip()


def _send(connection: socket.socket, source: BinaryIO) -> None:
    connection.sendall(b"zINSTREAM\0")
    while chunk := source.read(CHUNK):
        connection.sendall(struct.pack(">I", len(chunk)) + chunk)
    connection.sendall(struct.pack(">I", 0))


def _connection(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(CONNECT_SECONDS)
        try:
            connection.connect(parts.path)
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection((parts.hostname or "", parts.port or 3310), CONNECT_SECONDS)
