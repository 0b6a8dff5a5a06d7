from tests.browser.test_every_page import *
from tests.browser.test_every_page import AXE, looks_of
import pytest

ESS="/groupes/ess-quartiers"
def test_mine(cast, places, open_window) -> None:
    window = open_window(cast.amina)
    window.add_init_script(path=AXE)
    wrong = {}
    from grandequipe.groups.services import mute_member
    from grandequipe.feed.services.bulk_removal import remove_contents
    from grandequipe.core.transactions import atomic
    with atomic():
        s = mute_member(cast.amina, cast.ess, cast.chloe, "Publicité.")
        remove_contents(cast.amina, cast.ess, cast.chloe, cast.ess.created_at, "Publicité.")
    for i, path in enumerate(("/publications/{pending}/demander-des-modifications", ESS+"/membres/{chloe}/sanctionner", ESS+"/membres/{chloe}/publications", ESS+"/sanctions", ESS+f"/sanctions/{s.id}/lever", ESS+"/retraits", ESS+"/moderation/journal", ESS+"/transparence", "/transparence", ESS+"/moderation", ESS+"/membres")):
        window.goto(path.format_map(places))
        window.screenshot(path=f"/tmp/w/sanct-shot-{i}.png", full_page=True)
        wrong |= {f"{path} {look}": found for look, found in looks_of(window).items() if found}
    w2 = open_window(cast.chloe)
    w2.goto(ESS); w2.screenshot(path="/tmp/w/sanct-shot-chloe.png")
    assert wrong == {}
