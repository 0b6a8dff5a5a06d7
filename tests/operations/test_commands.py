"""`grandequipe` commands: what they do, and that each mistake is one line that helps."""

from pathlib import Path

import pytest
from flask import Flask
from flask_security import verify_password

from grandequipe.members.queries import find_member_by_email
from tests.operations.commands import grandequipe

pytestmark = pytest.mark.slow

Environment = dict[str, str]
CREATE = ["members", "create", "--email", "claire@example.org", "--name", "Claire Duval"]
PASSWORD = ["--password", "un mot de passe"]

MISTAKES = [
    (["frobnicate"], {}, "No such command 'frobnicate'"),
    (["doctor", "--frob"], {}, "No such option"),
    (["run", "--port", "http"], {}, "--port"),
    (["run", "--host", "no.such.host.invalid"], {}, "--port"),
    (["run", "--data", "/proc/nowhere"], {}, "--data"),
    (["migrate"], {"REDIS_URL": ""}, "REDIS_URL"),
    (["migrate"], {"SECRET_KEY": "court"}, "SECRET_KEY"),
    (["doctor"], {"SECRET_KEY": "court", "SITE_URL": "ici"}, "SECRET_KEY"),
    (["doctor"], {"SECRET_KEY": "court", "SITE_URL": "ici"}, "SITE_URL"),
    (["migrate"], {"DATABASE_URL": "mysql://localhost/x"}, "postgresql://"),
    (["migrate"], {"DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "DATABASE_URL"),
    ([*CREATE[:3], "nobody", *CREATE[4:], *PASSWORD], {}, "--email"),
    ([*CREATE, "--password", "court"], {}, "--password"),
    ([*CREATE, "--password", "neuf mots"], {}, "10"),
    ([*CREATE[:3], "hélène@example.org", *CREATE[4:], *PASSWORD], {}, "--email"),
    ([*CREATE[:-1], "Claire\nDuval", *PASSWORD], {}, "--name"),
    ([*CREATE[:-1], " ", *PASSWORD], {}, "--name"),
    (CREATE, {}, "standard input"),
    (["digests", "send", "--at", "lundi"], {}, "2026-"),
    (["digests", "send", "--member", "nobody@example.org"], {}, "nobody@example.org"),
]


@pytest.mark.parametrize(("arguments", "wrong", "named"), MISTAKES)
def test_a_mistake_is_one_line_that_names_it(
    app: Flask, environment: Environment, arguments: list[str], wrong: Environment, named: str
) -> None:
    done = grandequipe(*arguments, environment={**environment, **wrong})
    assert done.returncode not in (0, None)
    assert named in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_help_needs_no_setting() -> None:
    done = grandequipe("--help")
    assert done.returncode == 0
    for command in ("run", "migrate", "doctor", "members", "digests", "demo"):
        assert command in done.stdout


def test_a_password_is_read_from_a_line_and_stands_in_no_argument(
    app: Flask, environment: Environment
) -> None:
    """A15: all who list the programs of the machine read arguments."""
    done = grandequipe(*CREATE, environment=environment, said="un mot de passe\nautre\n")
    assert (done.returncode, done.stderr) == (0, "")
    member = find_member_by_email("claire@example.org")
    assert member is not None
    assert verify_password("un mot de passe", member.password)


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
    assert verify_password("un mot de passe", member.password)

    again = grandequipe(*CREATE, *PASSWORD, environment=environment)
    assert again.returncode == 1
    assert "has an account already" in again.stderr


def test_without_a_database_a_command_works_on_the_data_folder(tmp_path: Path) -> None:
    data = {"GRANDEQUIPE_DATA": str(tmp_path / "data")}
    assert grandequipe("migrate", environment=data).returncode == 0
    assert grandequipe(*CREATE, *PASSWORD, environment=data, folder=tmp_path).returncode == 0
    doctor = grandequipe("doctor", "--data", str(tmp_path / "data"))
    assert doctor.returncode == 1
    lines = dict(line.split(": ", 1) for line in doctor.stdout.splitlines())
    well = ("settings", "database", "schema", "redis", "mail", "uploads")
    assert {name: lines[name] for name in well} == dict.fromkeys(well, "fine")
    assert "celery -A worker:celery worker" in lines["worker"]
    assert "celery -A worker:celery beat" in lines["beat"]
    assert lines["legal"].startswith("warning, ")
    only = ("doctor", "--only", "legal", "--data", str(tmp_path / "data"))
    warned = grandequipe(*only)
    assert (warned.returncode, "set LEGAL_PUBLISHER and LEGAL_HOST" in warned.stdout) == (0, True)
    named = {"LEGAL_PUBLISHER": "Association Exemple", "LEGAL_HOST": "Hébergeur Exemple"}
    assert "legal: fine" in grandequipe(*only, environment=named).stdout
    back = grandequipe("migrate", "--back-to", "0007", environment=data)
    assert (back.returncode, back.stdout) == (0, "The schema is that of 0007.\n"), back.stderr


@pytest.mark.parametrize("command", [("digests", "list"), ("doctor",), ("members", "close")])
def test_a_command_makes_no_site_where_one_happens_to_stand(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    email = ("--email", "a@example.org", "--yes") if command[0] == "members" else ()
    told = grandequipe(*command, *email, folder=tmp_path)
    assert told.returncode == 1
    assert f"There are no data in {tmp_path / 'var'}" in told.stderr
    assert list(tmp_path.iterdir()) == []


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
    environment: Environment, app: Flask
) -> None:
    misspelt = {**environment, "LIMIT_COMENTS": "5 per hour"}
    done = grandequipe("doctor", "--only", "database", environment=misspelt)
    assert done.returncode == 1
    assert "LIMIT_COMENTS: did you mean LIMIT_COMMENTS?" in done.stdout.splitlines()[0]
    assert "database: fine" in done.stdout
