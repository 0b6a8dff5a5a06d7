"""A12: a name holds no address, no unseen sign, no two alphabets in a word, nor the site's name."""

from dataclasses import replace

import pytest
from flask import Flask
from flask_babel import force_locale

from grandequipe.core.domains import holds_domain, may_hold_domain
from grandequipe.core.names import group_name_error, person_name_error, wrong_organisation_name

DOMAINS = [
    "evil.com", "EVIL.COM", "evil．com", "evil。com", "evil｡com", "evil․com", "Marie evil.com",
    "(evil.com)", "evil.com/login", "evil.com:80", "a.evil.com.Dupont", "x.com", "bit.ly",
    "evil.fr", "evil.paris", "X.com", "M.com", "Dr.Com", "m.de", "M.de", "Evil.De Villiers",
    "Marie.de Villiers", "Mme.Roche.fr", "m.page", "evil.рф", "пример.онлайн", "例子。中国",
    "evil.xn--p1ai", "ｅｖｉｌ．ｃｏｍ", "goo.gle", "evil.computer", "Evil.Computer", "evil.co.za",
    "evil.localhost", "E.Leclerc", "evil .com", "evil . com", "evil. com", "Evil. Com", "evil. fr",
    "evil\u00a0.\u202ffr", "Marie evil .computer", "1.2.3.4", "Marie 1.2.3.4", "1.2.3.4:80",
    "01.02.03.04", "1 .2 .3 .4", "１．２．３．４", "2001:db8::1", "[::1]", "::ffff:1.2.3.4",
]  # fmt: skip
NAMES = [
    "J.-P. Martin", "St. Denis", "St.Denis", "M. Dupont", "M.Dupont", "M.de Villiers",
    "J.La Fontaine", "Mme.Durand", "Mme.Page", "Dr.Bon", "Assoc. ABC", "Assoc.ABC",
    "C.C.A.S.", "S.O.S Racisme", "Dr. No", "Ph.D Roux", "L’A.M.A.P. du coin", "Lyon 3.0",
    "Anne-Marie d’Aragon", "Éric Łukasiewicz", "Nguyễn Thị Ánh", "João D’Ávila", "Zoë", "Lê",
    "محمد علي", "Соседи", "邻里互助", "田中 太郎", "김민수", "Αθηνά", "שלום", "अनिता", "Tシャツ部",
    "می‌خواهم", "Анна Петрова", "Сара", "Équipe des Coteaux", "Amina 🌻", "ESS 93", "5 µm",
    "Soutien aux habitants", "Grande Ourse", "Équipe 2", "Marie Legrand", "M. Le Gall",
    "m. le gall", "Asso. Les Tilleuls", "Asso.Les Tilleuls", "n.o.u.s.", "n.o.u.s", "3.14",
    "St. denis", "m. de villiers", "dr. no", "M. La Rue", "Cinéma . Théâtre", "Nous … ensemble",
    "Nous ... La", "Le 12.05.2026",
    "01.02.03.04.05", "Version 1.2.3", "20:30", "Chez nous :: Lyon", "A::B", "habitant.e.s",
    "E. Leclerc", "Écoute. La rue", "Support aux habitants", "Modération des loyers",
    "Équipe de foot", "Claire Roy, administratrice", "Marie Service", "Jean-Marc Client",
]  # fmt: skip
TWO_ALPHABETS = [
    "Аmina Benkhelifa", "Amina Benkhelifа", "Gгande", "ΡΑΥΡΑL support", "Вruno", "раypal", "αnna",
    "АВС Dupont", "Marie ΜΑΡΤΙΝ",
]  # fmt: skip
OF_THE_SITE = [
    "Quartiers Unis", "quartiers unis", "QUARTIERS  UNIS", "QuartiersUnis", "Quartiers-Unis",
    "Équipe Quartiers Unis", "Quart1ers Unis", "Qᴜᴀʀᴛɪᴇʀꜱ Uɴɪꜱ",
    "Support de Quartiers Unis", "Ｑｕａｒｔｉｅｒｓ Ｕｎｉｓ", "Quärtiers Ünis", "Grande Équipe",
    "grande equipe", "La Grande Équipe", "Gr4nde Equ1pe", "GRANDE\u00a0ÉQUIPE",
]  # fmt: skip
OF_STAFF = [
    "Admin", "Admin 2", "4dmin", "Administrateur", "Administrateur·rice", "Administratrices",
    "Les modérateurs", "Modérateurs et modératrices", "Équipe de modération", "La modération",
    "Support", "Support technique", "Le support client", "SUPPORT  TECHNIQUE", "Support 24",
    "Administration du site", "Webmaster", "Help desk support", "Technical support team",
    "no-reply support",
]  # fmt: skip


@pytest.fixture(autouse=True)
def site_name(session_app: Flask):
    """Call the site by two words that names may have one of."""
    usual = session_app.config["SETTINGS"]
    session_app.config["SETTINGS"] = replace(usual, site_name="Quartiers Unis")
    with session_app.test_request_context(), force_locale("en"):
        yield
    session_app.config["SETTINGS"] = usual


@pytest.mark.parametrize("name", DOMAINS)
@pytest.mark.parametrize("wrong", [person_name_error, group_name_error])
def test_no_name_works_as_an_address(wrong, name: str) -> None:
    assert "without a web" in str(wrong(name))
    assert may_hold_domain(name)
    assert "without a web" in str(wrong_organisation_name(name))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("wrong", [person_name_error, group_name_error])
def test_names_as_people_have_them_are_names(wrong, name: str) -> None:
    assert wrong(name) is None
    assert not holds_domain(name)


@pytest.mark.parametrize("name", TWO_ALPHABETS)
@pytest.mark.parametrize("wrong", [person_name_error, group_name_error])
def test_no_character_passes_for_that_of_another_alphabet(wrong, name: str) -> None:
    assert "in one alphabet" in str(wrong(name))


@pytest.mark.parametrize("name", OF_THE_SITE)
@pytest.mark.parametrize("wrong", [person_name_error, group_name_error])
def test_no_name_passes_for_that_of_the_site(wrong, name: str) -> None:
    assert "mistaken for the site" in str(wrong(name))


@pytest.mark.parametrize("name", OF_STAFF)
@pytest.mark.parametrize("wrong", [person_name_error, group_name_error, wrong_organisation_name])
def test_nothing_is_called_as_those_who_run_a_site(wrong, name: str) -> None:
    assert "mistaken for the site" in str(wrong(name))


@pytest.mark.parametrize(
    "name", ["L’équipe", "Sécurité", "Équipe technique", "Service client", "Services", "Animation"]
)
def test_nobody_is_called_as_a_service_and_groups_and_structures_are(name: str) -> None:
    assert "mistaken for the site" in str(person_name_error(name))
    assert group_name_error(name) is None
    assert wrong_organisation_name(name) is None


@pytest.mark.parametrize("sign", ["\u200b", "\u200d", "\u00ad", "\u202e", "\ufeff", "\u3164"])
def test_no_name_has_what_nobody_sees(sign: str) -> None:
    assert "can’t be displayed" in str(person_name_error(f"Ami{sign}na"))


def test_a_site_of_one_common_word_leaves_it_to_names(session_app: Flask) -> None:
    session_app.config["SETTINGS"] = replace(session_app.config["SETTINGS"], site_name="Martin")
    assert person_name_error("Jeanne Martin") is None
    assert person_name_error("Martin") is not None
    assert person_name_error("Équipe Martin") is not None


@pytest.mark.parametrize(
    ("words", "may"),
    [
        ("Voir evil.com et evil-bank.com/login.", True),
        ("Fin.Suite", True),
        ("Écrire à la Régie. Ouvert de 9.30 à 12.15, 3.5 km. C.C.A.S., etc.", False),
    ],
)
def test_a_description_left_out_of_a_mail_may_be_an_address(words: str, may: bool) -> None:
    assert may_hold_domain(words) is may
