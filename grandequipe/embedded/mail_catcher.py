"""An SMTP server that delivers nothing: each mail becomes a file, which `/courrier` shows.

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

LARGEST_MAIL = 10 * 1024 * 1024
ACCEPTED = "250 OK: kept"


class MailHandler:
    """Store each mail unchanged, under a file name that sorts by arrival."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Answer 250 once the file is complete."""
        content = envelope.content
        body = content.encode() if isinstance(content, str) else bytes(content or b"")
        store(self._folder, envelope.mail_from or "", list(envelope.rcpt_tos), body)
        return ACCEPTED


def store(folder: Path, sender: str, recipients: list[str], content: bytes) -> Path:
    """Write a mail below headers with its envelope, atomically."""
    envelope = [f"Return-Path: <{sender}>", *(f"Delivered-To: {to}" for to in recipients)]
    head = "".join(f"{line}\r\n" for line in envelope).encode()
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}.eml"
    temporary = folder / f".{name}"
    temporary.write_bytes(head + content)
    return temporary.rename(folder / name)


async def serve(port: int, folder: Path) -> None:
    """Accept mails until SIGTERM."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    handler = MailHandler(folder)
    server = await loop.create_server(
        lambda: SMTP(
            handler, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True, hostname="localhost"
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
