"""A mail server that answers as the scene wants, and remembers what it took."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event, Thread
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

TAKEN = "250 OK"


class MailServer:
    """Take digests on a port of its own; what it answers may be changed at any time."""

    def __init__(self, port: int = 0) -> None:
        self._port = port
        self.senders: list[str] = []
        self.mails: list[EmailMessage] = []
        self.sizes: list[int] = []
        self.answer_to_rcpt = TAKEN
        self.answer_to_data = TAKEN
        self.hangs_up = False
        self.has_text = Event()
        self.may_answer = Event()
        self.may_answer.set()
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._listens = Event()
        self._thread = Thread(target=self._serve, daemon=True)

    def start(self) -> None:
        """Listen."""
        self._thread.start()
        self._listens.wait()

    def stop(self) -> None:
        """Release the connections that wait, and close."""
        self.may_answer.set()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def to(self, address: str) -> list[EmailMessage]:
        """List the digests to one address."""
        return [mail for mail in self.mails if mail["To"] == address]

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        if self.answer_to_rcpt == TAKEN:
            envelope.rcpt_tos.append(address)
        return self.answer_to_rcpt

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Any, envelope: Envelope
    ) -> str:
        """Remember the digest, then answer when the scene allows it, or hang up."""
        content = bytes(envelope.content or b"")  # type: ignore[arg-type]
        self.senders.append(str(envelope.mail_from))
        self.mails.append(message_from_bytes(content, policy=policy.default))
        self.sizes.append(len(content))
        self.has_text.set()
        await self._loop.run_in_executor(None, self.may_answer.wait)
        if self.hangs_up:
            server.transport.abort()
        return self.answer_to_data

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            self._loop.create_server(
                lambda: SMTP(self, enable_SMTPUTF8=True), "127.0.0.1", self._port
            )
        )
        host, port = server.sockets[0].getsockname()
        self.url = f"smtp://{host}:{port}"
        self._listens.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._let_go())
        self._loop.close()

    async def _let_go(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
