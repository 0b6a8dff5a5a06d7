"""`grandequipe` commands: what they do, and that each mistake is one line that helps."""

import io
import sys
from pathlib import Path
from pkgutil import resolve_name

import click
import pytest
from flask import Flask
from flask_security import verify_password

from grandequipe.cli import NAMES
from grandequipe.cli.actions import checks, digests as digest_actions
from grandequipe.cli.actions.digests import STATES as DIGEST_STATES
from grandequipe.cli.actions.doctor import examine
from grandequipe.cli.actions.members import create_account
from grandequipe.cli.digests import STATES
from grandequipe.cli.doctor import CHECKS
from grandequipe.cli.mails import STATES as MAIL_STATES
from grandequipe.cli.operator_errors import EXPLANATIONS, LOCKED, explain
from grandequipe.config import Settings
from grandequipe.core.mail import MailState
from grandequipe.embedded import services
from grandequipe.members.queries import find_member_by_email
from tests.operations.commands import CommandResult, Terminal, grandequipe

Environment = dict[str, str]
CREATE = ["members", "create", "--email", "claire@example.org", "--name", "Claire Duval"]
PASSWORD = ["--password", "un mot de passe solide"]

SEEN_AT_ONCE = [
    (["frobnicate"], {}, "No such command 'frobnicate'"),
    (["doctor", "--frob"], {}, "No such option"),
    (["doctor", "--only", "the rest"], {}, "--only"),
    (["run", "--port", "http"], {}, "--port"),
    (["migrate"], {"REDIS_URL": ""}, "REDIS_URL"),
    (["migrate"], {"SECRET_KEY": "court"}, "SECRET_KEY"),
    (["doctor"], {"SECRET_KEY": "court", "SITE_URL": "ici"}, "SECRET_KEY"),
    (["doctor"], {"SECRET_KEY": "court", "SITE_URL": "ici"}, "SITE_URL"),
    (["migrate"], {"DATABASE_URL": "mysql://localhost/x"}, "postgresql://"),
    (["digests", "send", "--at", "lundi"], {}, "2026-"),
    (["digests", "list", "--state", "lost"], {}, "--state"),
]
SEEN_BY_A_PROCESS = [
    (["frobnicate"], {}, "No such command 'frobnicate'"),
    (["run", "--host", "no.such.host.invalid"], {}, "--port"),
    (["run", "--data", "/proc/nowhere"], {}, "--data"),
    (["migrate"], {"DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "DATABASE_URL"),
    ([*CREATE, "--password", "court"], {}, "--password"),
]
WRONG_ACCOUNTS = [
    ("nobody", "Claire Duval", "un mot de passe solide", "--email"),
    ("hélène@example.org", "Claire Duval", "un mot de passe solide", "--email"),
    ("claire@example.org", "Claire Duval", "court", "--password"),
    ("claire@example.org", "Claire Duval", "neuf mots", "10"),
    ("claire@example.org", "Claire\nDuval", "un mot de passe solide", "--name"),
    ("claire@example.org", "", "un mot de passe solide", "--name"),
    ("claire@example.org", "Claire Duval", None, "standard input"),
]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """Give a place to type commands in, where none of our settings is set."""
    return Terminal(monkeypatch, capsys)


def names_it_in_one_line(result: CommandResult, named: str) -> bool:
    """Return whether a command failed with one line, which holds the word."""
    assert result.status not in (0, None)
    assert named in result.error
    assert len(result.error.strip().splitlines()) == 1, result.error
    assert "Traceback" not in result.out + result.error
    return True


@pytest.mark.parametrize(("arguments", "wrong", "named"), SEEN_AT_ONCE)
def test_a_mistake_is_one_line_that_names_it(
    terminal: Terminal,
    environment: Environment,
    arguments: list[str],
    wrong: Environment,
    named: str,
) -> None:
    terminal.set({**environment, **wrong})
    assert names_it_in_one_line(terminal.type(*arguments), named)


@pytest.mark.slow
@pytest.mark.parametrize(("arguments", "wrong", "named"), SEEN_BY_A_PROCESS)
def test_a_process_ends_with_one_line_as_well(
    app: Flask, environment: Environment, arguments: list[str], wrong: Environment, named: str
) -> None:
    done = grandequipe(*arguments, environment={**environment, **wrong})
    assert names_it_in_one_line(CommandResult(done.returncode, done.stdout, done.stderr), named)


@pytest.mark.parametrize(("email", "name", "password", "named"), WRONG_ACCOUNTS)
def test_a_wrong_account_is_one_line_that_names_what_is_wrong(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    email: str,
    name: str,
    password: str | None,
    named: str,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(click.ClickException) as refused:
        create_account(email, name, password, admin=False)
    line = explain(refused.value)
    assert line is not None
    assert named in line
    assert "\n" not in line


def test_mails_for_nobody_are_refused_by_the_address(app: Flask) -> None:
    with pytest.raises(click.ClickException, match=r"nobody@example\.org"):
        digest_actions.send(None, "nobody@example.org")


def test_what_can_go_wrong_is_known_by_its_right_name() -> None:
    for name in (*EXPLANATIONS, LOCKED):
        kind = resolve_name(name)
        assert f"{kind.__module__}.{kind.__qualname__}" == name


def test_what_can_be_chosen_is_all_that_there_is() -> None:
    """The commands name it themselves, for they load nothing of the application."""
    assert tuple(checks.CHECKS) == CHECKS
    assert set(DIGEST_STATES) == set(STATES)
    assert tuple(state.value for state in MailState) == MAIL_STATES


@pytest.mark.parametrize("command", [(), *((name,) for name in NAMES)], ids=" ".join)
def test_help_needs_no_setting_and_loads_no_application(command: tuple[str, ...]) -> None:
    done = grandequipe(*command, "--help", environment={"PYTHONPROFILEIMPORTTIME": "1"})
    assert done.returncode == 0
    assert done.stdout.startswith(" ".join(["Usage: grandequipe", *command]))
    if not command:
        for name in NAMES:
            assert f"  {name} " in done.stdout
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "grandequipe.cli" in loaded
    assert loaded.isdisjoint({"flask", "sqlalchemy", "celery", "redis", "grandequipe.app"})


@pytest.mark.slow
def test_a_password_is_read_from_a_line_and_stands_in_no_argument(
    app: Flask, environment: Environment
) -> None:
    """A15: all who list the programs of the machine read arguments."""
    done = grandequipe(*CREATE, environment=environment, said="un mot de passe solide\nautre\n")
    assert (done.returncode, done.stderr) == (0, "")
    member = find_member_by_email("claire@example.org")
    assert member is not None
    assert verify_password("un mot de passe solide", member.password)


@pytest.mark.slow
def test_an_account_made_here_can_log_in_at_once(app: Flask, environment: Environment) -> None:
    english = {**environment, "DEFAULT_LOCALE": "en", "DEFAULT_TIME_ZONE": "Indian/Reunion"}
    done = grandequipe(*CREATE, *PASSWORD, "--admin", environment=english)
    assert (done.returncode, done.stderr) == (0, "")
    member = find_member_by_email("claire@example.org")
    assert member is not None
    assert member.display_name == "Claire Duval"
    assert member.confirmed_at is not None
    assert member.is_admin
    assert (member.locale, member.time_zone) == ("en", "Indian/Reunion")
    assert verify_password("un mot de passe solide", member.password)
    with pytest.raises(click.ClickException, match="has an account already"):
        create_account("claire@example.org", "Claire Duval", "un mot de passe solide", admin=False)


@pytest.mark.slow
def test_without_a_database_a_command_works_on_the_data_folder(tmp_path: Path) -> None:
    """It starts the services of the folder, or uses those that run."""
    data = {"GRANDEQUIPE_DATA": str(tmp_path / "data")}
    assert grandequipe("migrate", environment=data).returncode == 0
    with services.start(tmp_path / "data", durable=False):
        doctor = grandequipe("doctor", "--data", str(tmp_path / "data"))
        assert doctor.returncode == 1
        lines = dict(line.split(": ", 1) for line in doctor.stdout.splitlines())
        well = ("settings", "database", "schema", "redis", "mail", "uploads")
        assert {name: lines[name] for name in well} == dict.fromkeys(well, "fine")
        assert "celery -A worker:celery worker" in lines["worker"]
        assert "celery -A worker:celery beat" in lines["beat"]
        assert lines["legal"].startswith("warning, ")
        back = grandequipe("migrate", "--back-to", "0007", environment=data)
        assert (back.returncode, back.stdout) == (0, "The schema is that of 0007.\n"), back.stderr


def test_the_doctor_only_warns_of_a_legal_notice_that_names_nobody(
    app: Flask, environment: Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    examine(["legal"])
    assert "legal: warning, " in (warned := capsys.readouterr().out)
    assert "set LEGAL_PUBLISHER and LEGAL_HOST" in warned
    named = {"LEGAL_PUBLISHER": "Association Exemple", "LEGAL_HOST": "Hébergeur Exemple"}
    assert checks.legal(Settings.from_environment({**environment, **named})) is None


@pytest.mark.parametrize("command", [("digests", "list"), ("doctor",), ("members", "close")])
def test_a_command_makes_no_site_where_one_happens_to_stand(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    email = ("--email", "a@example.org", "--yes") if command[0] == "members" else ()
    result = terminal.type(*command, *email)
    assert result.status == 1
    assert f"There are no data in {tmp_path / 'var'}" in result.error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_doctor_names_what_is_wrong(environment: Environment, app: Flask) -> None:
    wrong = {
        "DATABASE_URL": "postgresql://127.0.0.1:1/nothing",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "MAIL_URL": "smtp://127.0.0.1:1",
        "UPLOADS_URL": "file:///proc/nowhere",
    }
    done = grandequipe("doctor", environment={**environment, **wrong})
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    lines = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    names = {"database": "DATABASE", "redis": "REDIS", "mail": "MAIL", "uploads": "UPLOADS"}
    for check, setting in names.items():
        assert f"{setting}_URL" in lines[check]
    assert lines["settings"] == "fine"
    assert all(lines[check] != "fine" for check in ("schema", "worker", "beat"))


def test_the_doctor_knows_no_setting_of_a_misspelt_name(
    app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LIMIT_COMENTS", "5 per hour")
    with pytest.raises(click.ClickException):
        examine(["database"])
    result = capsys.readouterr().out
    assert "LIMIT_COMENTS: did you mean LIMIT_COMMENTS?" in result.splitlines()[0]
    assert "database: fine" in result
