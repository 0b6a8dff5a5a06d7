"""What the machine gives to anyone: the bare site on the same parts, asked in the same way.

Each row of the table asks it right before it asks the site, for a shared machine changes its
speed by a half within minutes.
"""

import smtplib
from email.message import EmailMessage
from time import perf_counter

from benchmarks.load import Measured, Request, run
from benchmarks.stack import Stack

CONNECTIONS = 16
LINE = "Le collectif de la rue voisine accueille les habitants et leur atelier.\n"


def bare_page(stack: Stack) -> Measured:
    """Have sixteen visitors read the bare page."""
    return must_be_ok(run(stack.bare_port, [Request("GET", "/", {})] * CONNECTIONS), "200")


def bare_comment(stack: Stack, body: str) -> Measured:
    """Have sixteen programs add a row."""
    adding = Request("POST", "/", {"Content-Type": "application/json"}, body)
    return must_be_ok(run(stack.bare_port, [adding] * CONNECTIONS), "201")


def bare_mails(stack: Stack, count: int, size: int) -> float:
    """Send mails of so many bytes over one connection; return how many went in a second."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@bench.example", "b@bench.example", "Mesure"
    mail.set_content(LINE * (size // len(LINE)))
    text = mail.as_bytes()
    with smtplib.SMTP("127.0.0.1", stack.sink.port) as server:
        started = perf_counter()
        for _number in range(count):
            server.sendmail("a@bench.example", ["b@bench.example"], text)
        return count / (perf_counter() - started)


def must_be_ok(reached: Measured, *statuses: str) -> Measured:
    """Measure no refusals by mistake."""
    if not set(reached.statuses) <= set(statuses):
        raise ValueError(f"Not every answer was {statuses}: {dict(reached.statuses)}")
    return reached
