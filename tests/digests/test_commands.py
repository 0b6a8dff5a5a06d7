"""The operator's commands about digests."""

from collections.abc import Callable
from datetime import datetime

import pytest

from grandequipe.cli import main
from grandequipe.core.mail import MailState
from tests.digests.conftest import A_WEEK, ledger
from tests.digests.mail_server import MailServer
from tests.factories import Cast, make_post

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
            main(["digests", *arguments])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return type_command


def test_it_sends_what_is_due_and_twice_nothing(
    run: Run, cast: Cast, monday: datetime, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess)
    assert run("send", "--at", monday.isoformat())[:2] == (0, "2 sent, 4 empty, 0 uncertain\n")
    assert run("send", "--at", monday.isoformat())[:2] == (0, "0 sent, 0 empty, 0 uncertain\n")
    assert len(sink.mails) == 2


def test_it_sends_to_one_member_only(
    run: Run, cast: Cast, monday: datetime, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess)
    status, said, _ = run("send", "--at", monday.isoformat(), "--member", "CHLOE@example.org")
    assert (status, said) == (0, "1 sent, 0 empty, 0 uncertain\n")
    assert [mail["To"] for mail in sink.mails] == ["chloe@example.org"]


@pytest.mark.parametrize(
    "arguments",
    [("--at", "lundi"), ("--member", "nobody@example.org"), ("--at", ""), ("--what",)],
)
def test_a_mistake_is_one_line(run: Run, cast: Cast, arguments: tuple[str, ...]) -> None:
    status, said, complaint = run("send", *arguments)
    assert status != 0
    assert said == ""
    assert len(complaint.splitlines()) == 1


def test_an_operator_sees_an_uncertain_digest_and_resolves_it(
    run: Run, cast: Cast, monday: datetime, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess)
    sink.hangs_up = True
    _, said, _ = run("send", "--at", monday.isoformat(), "--member", cast.chloe.email)
    assert said == "0 sent, 0 empty, 1 uncertain\n"
    sink.hangs_up = False
    digest_id = str(ledger()[0].id)
    _, listed, _ = run("list", "--state", "uncertain")
    names, line = (row.split("\t") for row in listed.splitlines())
    assert names[:2] == ["id", "state"]
    assert line[:2] == [digest_id, "uncertain"]
    status, said, complaint = run("resolve", digest_id)
    assert (status != 0, said, len(complaint.splitlines())) == (True, "", 1)
    assert "--arrived if it was delivered, --not-arrived to send it again" in complaint
    assert run("resolve", digest_id, "--not-arrived")[0] == 0
    _, said, _ = run("send", "--at", monday.isoformat())
    assert said.startswith("2 sent")
    assert run("resolve", digest_id, "--arrived")[0] != 0
    assert ledger()[0].state is MailState.SENT


def test_the_help_of_resolve_shows_both_answers(run: Run) -> None:
    status, said, _ = run("resolve", "--help")
    assert status == 0
    assert "resolve (--arrived | --not-arrived) [OPTIONS] ID" in said


def test_digests_sent_before_a_restore_are_noted_and_not_sent_again(
    run: Run, cast: Cast, monday: datetime, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess, title="Avant la sauvegarde")
    assert run("skip")[0] != 0
    assert run("skip", "--at", monday.isoformat())[:2] == (0, "2 noted as sent, 4 empty\n")
    assert run("send", "--at", monday.isoformat())[1] == "0 sent, 0 empty, 0 uncertain\n"
    make_post(cast.amina, cast.ess, title="Après la restauration")
    run("send", "--at", (monday + A_WEEK).isoformat())
    text = sink.to(cast.chloe.email)[0].get_body(("plain",)).get_content()
    assert "Après la restauration" in text
    assert "Avant la sauvegarde" not in text
