"""A mail server that delivers nowhere: each letter becomes a file that `/courrier` shows.

Run as `python -m grandequipe.embedded.mail_catcher PORT FOLDER`.
"""

import asyncio
import os
import secrets
import signal
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

BIGGEST_LETTER = 10 * 1024 * 1024
ACCEPTED = "250 OK: kept"


class Catcher:
    """Keep each letter as it came, under a name that sorts by arrival."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Answer 250 once the letter is whole in its place."""
        content = envelope.content
        body = content.encode() if isinstance(content, str) else bytes(content or b"")
        keep(self._folder, envelope.mail_from or "", list(envelope.rcpt_tos), body)
        return ACCEPTED


def keep(folder: Path, sender: str, recipients: list[str], letter: bytes) -> Path:
    """Write the letter under its envelope; readers never see half of it."""
    envelope = [f"Return-Path: <{sender}>", *(f"Delivered-To: {to}" for to in recipients)]
    head = "".join(f"{line}\r\n" for line in envelope).encode()
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}.eml"
    draft = folder / f".{name}"
    draft.write_bytes(head + letter)
    return draft.rename(folder / name)


async def serve(port: int, folder: Path) -> None:
    """Take letters until SIGTERM."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, ended.set)
    catcher = Catcher(folder)
    server = await loop.create_server(
        lambda: SMTP(
            catcher, data_size_limit=BIGGEST_LETTER, enable_SMTPUTF8=True, hostname="localhost"
        ),
        "127.0.0.1",
        port,
    )
    await ended.wait()
    server.close()


def main() -> None:
    """Serve on the port and folder of the command line."""
    os.umask(0o077)
    port, folder = sys.argv[1:]
    asyncio.run(serve(int(port), Path(folder)))


if __name__ == "__main__":
    main()
