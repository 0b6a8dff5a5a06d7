"""A line of somebody's words within a line of ours."""

import pytest

from grandequipe.core.french import of
from grandequipe.core.lines import isolated, one_line, shortened


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("ESS Quartiers", "d’ESS Quartiers"),
        ("Jardins partagés", "de Jardins partagés"),
        ("École ouverte", "d’École ouverte"),
        ("E\u0301cole ouverte", "d’E\u0301cole ouverte"),
        ("Œuvres", "d’Œuvres"),
        ("Habitat et quartiers", "d’Habitat et quartiers"),
        ("Hauts de Rouen", "de Hauts de Rouen"),
        ("HLM", "de HLM"),
        ("Hôtel des projets", "d’Hôtel des projets"),
        ("Yvelines", "d’Yvelines"),
        ("Yoga pour tous", "de Yoga pour tous"),
        ("Onze fois", "de Onze fois"),
        ("11e arrondissement", "de 11e arrondissement"),
        ("« Agir »", "d’« Agir »"),
        ("Le Mirail", "du Mirail"),
        ("Les Jardins", "des Jardins"),
        ("La Ruche", "de La Ruche"),
        ("L’Atelier", "de L’Atelier"),
        ("Lesson", "de Lesson"),
        ("محمد", "de محمد"),
        ("邻里互助", "de 邻里互助"),
        ("🌻", "de 🌻"),
        ("", "de "),
    ],
)
def test_de_before_a_name(name: str, written: str) -> None:
    assert of(name) == written


@pytest.mark.parametrize(
    ("line", "most", "written"),
    [
        ("Mesurer sans se perdre", 22, "Mesurer sans se perdre"),
        ("Mesurer sans se perdre", 21, "Mesurer sans se…"),
        ("Mesurer sans se perdre", 16, "Mesurer sans se…"),
        ("Mesurer, sans se perdre", 12, "Mesurer…"),
        ("Anticonstitutionnellement", 10, "Anticonst…"),
        ("Un anticonstitutionnellement", 10, "Un antico…"),
        ("邻里互助邻里互助", 10, "邻里互助…"),
        ("e\u0301" * 10, 10, "e\u0301" * 4 + "…"),
        ("👩\u200d👩\u200d👧 maison", 8, "…"),
        ("🇫🇷🇫🇷🇫🇷", 4, "🇫🇷…"),
        ("", 5, ""),
    ],
)
def test_a_line_is_cut_at_a_word_and_never_within_a_sign(
    line: str, most: int, written: str
) -> None:
    assert shortened(line, most) == written


GUIDE = "Lire ensemble le guide «\u00a0Accompagner l’émergence d’entreprises de quartier\u00a0»"


@pytest.mark.parametrize(
    ("line", "most", "written"),
    [
        # Quotations are closed, as they were opened, within what the line may have.
        (GUIDE, 70, "Lire ensemble le guide «\u00a0Accompagner l’émergence d’entreprises…\u00a0»"),
        (GUIDE, 63, "Lire ensemble le guide «\u00a0Accompagner l’émergence…\u00a0»"),
        (GUIDE, 38, "Lire ensemble le guide…"),
        (GUIDE, 26, "Lire ensemble le guide…"),
        ("Lire « Agir ensemble ici »", 21, "Lire « Agir…\u00a0»"),
        ("Lire «Agir ensemble ici»", 20, "Lire «Agir…»"),
        ("Read “Acting together here”", 18, "Read “Acting…”"),
        ("Read ‘Acting here, it’s time’ now", 29, "Read ‘Acting here, it’s…’"),
        ("Read ‘Acting’ here and now", 20, "Read ‘Acting’ here…"),
        ('Read "Acting together here"', 18, 'Read "Acting…"'),
        ('Un écran 12" pour la salle', 22, 'Un écran 12"…'),
        ("Lies „Gemeinsam handeln jetzt“", 24, "Lies „Gemeinsam…“"),
        ("Lire «\u00a0Agir “ici même” demain\u00a0»", 20, "Lire «\u00a0Agir “ici…”\u00a0»"),
        ("«\u00a0Agir\u00a0» à Lyon et à Marseille", 22, "«\u00a0Agir\u00a0» à Lyon…"),
        # No word that announces another one stands at the end.
        ("Une lettre pour les habitants", 22, "Une lettre…"),
        ("Une lettre pour l’ habitant", 22, "Une lettre…"),
        ("Le retour de l’école ouverte", 20, "Le retour…"),
        ("Du bien et du mal-être", 16, "Du bien…"),
        ("Il faut aller jusqu’à Marseille", 25, "Il faut aller…"),
        ("The state of the neighbourhood", 20, "The state…"),
        ("A plan for and to neighbours", 22, "A plan…"),
        ("Notre plan A demain matin", 14, "Notre plan A…"),
        ("Le cinéma muet", 12, "Le cinéma…"),
        ("Le mandala de demain", 13, "Le mandala…"),
        ("De la", 4, "De…"),
    ],
)
def test_a_cut_closes_its_quotation_and_announces_nothing(
    line: str, most: int, written: str
) -> None:
    assert shortened(line, most) == written
    assert len(written) <= most


@pytest.mark.parametrize(
    "opening", ["«", "« ", "“", '"', "‘", "«a", "“a «", "de ", "l’", "d’un «à "]
)
def test_whatever_is_repeated_stays_short(opening: str) -> None:
    for most in range(1, 75):
        assert len(shortened(opening * 5_000, most)) <= most


def test_only_what_goes_from_right_to_left_is_isolated() -> None:
    assert isolated("ESS Quartiers") == "ESS Quartiers"
    for line in ("محمد", "שלום", "ESS محمد"):
        assert isolated(line) == f"\u2068{line}\u2069"


def test_one_line_has_no_line_end_and_no_control() -> None:
    assert one_line(" Un\r\ngroupe\u2028de\x00 tous\x85") == "Un groupe de tous"
    assert one_line("Que faire\u202f?") == "Que faire\u202f?"
    assert one_line("Un\u200b titre\u202e de\ufeff tous") == "Un titre de tous"
