"""Scenes with the official list of QPV, imported from a CSV by an operator."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from grandequipe.cli import main
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.taxonomies.models import Territory, TerritoryKind
from grandequipe.taxonomies.queries import find_territories, list_above, list_territories_like
from grandequipe.taxonomies.services import (
    Neighbourhood,
    import_neighbourhoods,
    load_territories,
    read_neighbourhoods,
)

TOWNS = (
    ("R11", "region", "Île-de-France", None, None),
    ("D93", "department", "Seine-Saint-Denis", "R11", "93"),
    ("C93006", "municipality", "Bagnolet", "D93", "93"),
    ("C93048", "municipality", "Montreuil", "D93", "93"),
    ("C75056", "municipality", "Paris", "D93", "75"),
)
HEAD = "code_qp,lib_qp,insee_com,lib_com\r\n"
LIST = (
    HEAD
    + "QN09301M,La Capsulerie,93006,Bagnolet\r\n"
    + "QN09302M,Le Plateau - La Noue,93048;93006,Bagnolet;Montreuil\r\n"
)


@pytest.fixture(autouse=True)
def towns(app: Flask) -> None:
    """Load a few communes and what is above them."""
    with atomic():
        load_territories(TOWNS)


@pytest.fixture
def command(
    app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Give the command as an operator runs it on a file: its status, and what it says."""
    monkeypatch.setattr("grandequipe.cli.application.load", lambda: app)
    monkeypatch.setenv("DATABASE_URL", app.config["SQLALCHEMY_DATABASE_URI"])

    def run(folder: Path, content: str | bytes, *options: str) -> tuple[int, str]:
        file = folder / "qpv.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(SystemExit) as ended:
            main(["territories", "import", str(file), *options])
        written = capsys.readouterr()
        return int(str(ended.value.code)), written.out + written.err

    return run


def stored() -> dict[str, tuple[str, str | None, bool]]:
    """Read the label of each QPV, its first commune, and whether it is a former one."""
    rows = db.session.execute(
        select(Territory.code, Territory.label, Territory.parent_code, Territory.is_former).where(
            Territory.kind == TerritoryKind.NEIGHBOURHOOD
        )
    )
    return {code: (label, parent, is_former) for code, label, parent, is_former in rows}


def bring(text: str | bytes, **options: bool) -> tuple[int, int, int, int, int]:
    """Import what a file says, and give the five counts."""
    content = text if isinstance(text, bytes) else text.encode()
    reading = read_neighbourhoods(content)
    assert not reading.errors
    with atomic():
        count = import_neighbourhoods(reading.neighbourhoods, **options)
    return count.added, count.changed, count.former, count.returned, count.unchanged


IN_TABS = LIST.replace(";", "/").replace(",", "\t")
IN_SEMICOLONS = LIST.replace("93048;93006", '"93048;93006"').replace("Bagnolet;Montreuil", "x")
REORDERED = "\ufeffLIB_QP ,Code_QP,insee_com\nLa Cité,QN09301M,93006\n\n,,\n"
BY_TOWN = HEAD + "QN09301M,La Cité,93006,a\nqn09301m,La Cité,93048,b\n"


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (LIST.encode(), 2),
        (b"\xef\xbb\xbf" + LIST.encode(), 2),
        (LIST.encode("utf-16"), 2),
        (LIST.replace("Plateau", "Château").encode("cp1252"), 2),
        (IN_TABS.encode(), 2),
        (IN_SEMICOLONS.replace(",", ";").encode(), 2),
        (LIST.replace("\r\n", "\r").encode(), 2),
        (REORDERED.encode(), 1),
        (BY_TOWN.encode(), 1),
        ((HEAD + '"QN09301M","La\nCité","93006",\n').encode(), 1),
        ((HEAD + "QN07501M,Goutte d'Or,75118,Paris\n").encode(), 1),
    ],
)
def test_a_list_is_read_as_the_state_publishes_it_and_spreadsheets_save_it(
    content: bytes, read: int
) -> None:
    reading = read_neighbourhoods(content)
    assert (len(reading.neighbourhoods), list(reading.errors)) == (read, [])
    assert "\ufffd" not in "".join(each.name for each in reading.neighbourhoods)


def test_a_qpv_of_an_arrondissement_lies_in_the_town() -> None:
    read = read_neighbourhoods((HEAD + "QN07501M,Goutte d'Or,75118,Paris\n").encode())
    assert read.neighbourhoods == [Neighbourhood("QN07501M", "Goutte d'Or", ("C75056",))]


WRONG = (
    HEAD + "QN09301M,La Cité,93006,\nQN1,Nord,93006,\nQN09302M,,93006,\nQN09303M,Sud,,\n"
    "QN09304M,Est,3006,\nQN09305M,Ouest,93999,\nQN09301M,Autre,93048,\n"
)


def test_each_wrong_line_is_named_and_nothing_is_written(tmp_path: Path, command: Any) -> None:
    status, said = command(tmp_path, WRONG)
    assert status != 0
    lines = said.splitlines()
    assert [line.split(":")[0] for line in lines[:-1]] == [f"line {n}" for n in range(3, 9)]
    assert "6 lines are wrong" in lines[-1]
    assert stored() == {}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no columns"),
        (b"name;code\n1;2\n", "no columns code_qp, lib_qp, insee_com"),
        (b"PK\x03\x04", "no CSV"),
        (HEAD.encode(), "no QPV"),
        (b"\xff\xfe\x00", "no columns"),
        (HEAD.encode() + b"QN09301M,a\x00b,93006,\n", "line 2"),
        (HEAD.encode() + b'QN09301M,"' + b"a" * 200_000, "line 2"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_the_reason(
    tmp_path: Path, command: Any, content: bytes, why: str
) -> None:
    status, said = command(tmp_path, content)
    assert status != 0
    assert why in said
    assert "Traceback" not in said


def test_an_operator_sees_what_an_import_changes_before_it_does(
    tmp_path: Path, command: Any
) -> None:
    assert command(tmp_path, LIST, "--check") == (
        0,
        "QPV, if they were imported: 2 added, 0 changed, 0 marked as former,"
        " 0 in the list again, 0 unchanged\n",
    )
    assert stored() == {}
    assert command(tmp_path, LIST)[1].startswith("QPV: 2 added")
    assert len(stored()) == 2


def test_imported_twice_a_list_changes_nothing() -> None:
    assert bring(LIST) == (2, 0, 0, 0, 0)
    before = stored()
    assert before == {
        "QN09301M": ("La Capsulerie (QPV, Bagnolet)", "C93006", False),
        "QN09302M": ("Le Plateau - La Noue (QPV, Montreuil, Bagnolet)", "C93048", False),
    }
    assert bring(LIST) == (0, 0, 0, 0, 2)
    assert stored() == before


def test_a_qpv_that_is_gone_from_the_list_is_kept_as_a_former_one_until_it_is_back() -> None:
    bring(LIST)
    first = HEAD + "QN09301M,La Capsulerie,93006,Bagnolet\n"
    assert bring(first, writes=False) == (0, 0, 1, 0, 1)
    assert bring(first, is_whole=False) == (0, 0, 0, 0, 2)
    assert bring(first) == (0, 0, 1, 0, 1)
    label = "Le Plateau - La Noue (ancien QPV, Montreuil, Bagnolet)"
    assert stored()["QN09302M"] == (label, "C93048", True)
    assert list_territories_like("plateau") == []
    assert [each.code for each in find_territories([label])] == ["QN09302M"]
    assert bring(LIST) == (0, 0, 0, 1, 1)
    assert [each.code for each in list_territories_like("plateau")] == ["QN09302M"]


def test_names_that_change_hands_are_never_those_of_two() -> None:
    two = HEAD + "QN09301M,Nord,93006,\nQN09302M,Sud,93006,\n"
    bring(two)
    assert bring(HEAD + "QN09301M,Sud,93006,\nQN09302M,Nord,93006,\n") == (0, 2, 0, 0, 0)
    assert stored()["QN09301M"][0] == "Sud (QPV, Bagnolet)"
    bring(HEAD + "QN09301M,Sud,93006,\nQN09302M,Sud,93006,\n")
    assert stored()["QN09302M"][0] == "Sud (QPV, Bagnolet, QN09302M)"


def test_a_qpv_is_found_by_its_name_its_communes_and_its_code_and_lies_in_each_commune() -> None:
    bring(LIST)
    for typed in ("noue", "noue bagnolet", "montreuil plateau", "QN09302m", "le plateau - la noue"):
        assert [each.code for each in list_territories_like(typed)] == ["QN09302M"], typed
    assert next(each.code for each in list_territories_like("bagnolet")) == "C93006"
    (plateau,) = find_territories(["QN09302M"])
    assert [each.code for each in list_above(plateau)] == ["C93006", "C93048", "D93", "R11"]
