"""Ports of this machine."""

import socket

from grandequipe.embedded.errors import OperatorError


def free_port(wanted: int = 0) -> int:
    """Give the wanted loopback port if it is free, else another; OperatorError if none is."""
    for port in (wanted, 0) if wanted else (0,):
        with socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(attempt.getsockname()[1])
    raise OperatorError("No loopback port is free on this machine.")


def must_be_free(host: str, port: int) -> None:
    """Raise OperatorError for an address on which the site could not listen."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind((host, port))
            attempt.listen(1)
    except PermissionError:
        raise OperatorError(
            f"Port {port} is reserved to root: choose one above 1023 with --port (make run PORT=…)."
        ) from None
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OperatorError(
            f"Cannot listen on {host} port {port} ({reason}): stop what uses it, "
            "or choose another with --port (make run PORT=…)."
        ) from None


def accepts(host: str, port: int) -> bool:
    """Return whether a connection is accepted there."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False
