"""A mail server that takes everything and keeps nothing but the count, in a process of its own.

python -m benchmarks.smtp_sink    prints its port, then a count for every line it is sent
"""

import asyncio
import subprocess
import sys
from types import TracebackType
from typing import Self

END_OF_LINE, END_OF_TEXT = b"\r\n", b"\r\n.\r\n"
OK = b"250 OK\r\n"
ANSWERS = {
    b"EHLO": b"250 sink\r\n",
    b"HELO": b"250 sink\r\n",
    b"DATA": b"354 Go on\r\n",
    b"QUIT": b"221 Bye\r\n",
}


class SmtpSink:
    """The sink as seen from the benchmark: an address, and how much it has received."""

    def __enter__(self) -> Self:
        """Start the process."""
        self._running = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.smtp_sink"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.port = int(self._line())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        self._running.terminate()
        self._running.wait()

    @property
    def url(self) -> str:
        """Give the address for MAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def count(self) -> tuple[int, int]:
        """Return how many mails came so far, and their bytes."""
        if self._running.stdin is None:
            raise RuntimeError("The sink was not started.")
        self._running.stdin.write("\n")
        mails, size = self._line().split()
        return int(mails), int(size)

    def _line(self) -> str:
        if self._running.stdout is None:
            raise RuntimeError("The sink was not started.")
        return self._running.stdout.readline()


class _Count:
    mails = 0
    size = 0


class _Talk(asyncio.Protocol):
    """One client; as plain as can be: the sink's time is lost to the sender."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._received, self._is_mail = transport, bytearray(), False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._received.endswith(END_OF_TEXT if self._is_mail else END_OF_LINE):
            return
        command = b"" if self._is_mail else bytes(self._received[:4]).upper()
        if self._is_mail:
            _Count.mails += 1
            _Count.size += len(self._received)
        self._is_mail = command == b"DATA"
        self._received.clear()
        self._transport.write(ANSWERS.get(command, OK))
        if command == b"QUIT":
            self._transport.close()


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop.add_reader(sys.stdin, _print_count)
    await server.serve_forever()


def _print_count() -> None:
    if not sys.stdin.readline():
        sys.exit()
    print(_Count.mails, _Count.size, flush=True)


if __name__ == "__main__":
    asyncio.run(_serve())
