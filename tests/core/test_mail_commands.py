"""The operator's commands about mails."""

from collections.abc import Callable

import pytest
from flask import Flask

from grandequipe.cli import main
from grandequipe.core import clock
from grandequipe.core.mail import Mail, MailState, outbox
from grandequipe.core.mail.tasks import deliver
from grandequipe.core.transactions import atomic
from tests.digests.mail_server import MailServer

MAIL = Mail("chloe@example.org", "Un sujet é", "Bonjour.\n", "<p>Bonjour.</p>")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    environment: dict[str, str],
    sink: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Type a command, and read its status and what it says."""
    for name, value in {**environment, "MAIL_URL": sink.url}.items():
        monkeypatch.setenv(name, value)

    def type_command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["mails", *arguments])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return type_command


def write() -> int:
    """Put a mail in the outbox, committed."""
    with atomic():
        mail_id = outbox.write_mail(MAIL, "notice")
    assert mail_id is not None
    return mail_id


def test_uncertain_mails_are_shown_and_resolved(app: Flask, run: Run, sink: MailServer) -> None:
    sink.hangs_up = True
    mail_id = write()
    deliver(mail_id)
    sink.hangs_up = False
    status, said, _ = run("show", "--state", "uncertain")
    head, line = said.splitlines()
    assert (status, head.split("\t")[0], line.split("\t")[0]) == (0, "id", str(mail_id))
    assert MAIL.to in line
    assert run("resolve", str(mail_id))[0] != 0
    assert run("resolve", str(mail_id), "--not-arrived")[1] == "Noted: it will be sent again.\n"
    assert run("show", "--state", "uncertain")[1].splitlines() == [head]
    assert deliver(mail_id) is MailState.SENT


def test_an_address_is_suppressed_until_it_is_taken_off_again(
    app: Flask, run: Run, sink: MailServer
) -> None:
    assert run("suppress", MAIL.to, "--reason", "asked by phone")[0] == 0
    assert run("suppressed")[1].endswith("asked by phone\n")
    assert deliver(write()) is MailState.FAILED
    assert run("unsuppress", MAIL.to)[0] == 0
    status, _, complaint = run("unsuppress", MAIL.to)
    assert (status != 0, len(complaint.splitlines())) == (True, 1)
    assert deliver(write()) is MailState.SENT


def test_after_a_restore_what_has_left_since_the_backup_is_not_sent_again(
    app: Flask, run: Run, sink: MailServer
) -> None:
    with atomic():
        secret_id = outbox.write_mail(MAIL, "invitation", has_secrets=True)
    mail_id = write()
    assert secret_id is not None
    just_now = clock.now().isoformat()
    later_id = write()
    assert run("skip", "--before", just_now)[1] == "Noted: 2 mails will not be sent.\n"
    assert [deliver(each) for each in (secret_id, mail_id, later_id)] == [
        None, None, MailState.SENT,
    ]  # fmt: skip
    assert len(sink.mails) == 1
    assert outbox.get_mail(secret_id).text is None, "its link opens something"
    assert run("skip", "--before", just_now)[1] == "Noted: 0 mails will not be sent.\n"
