import re

import pytest

from tests.conftest import ROOT
from trnn.figures.palette import ESTIMATOR_COLOURS, GROUP_COLOURS
from trnn.report.colours import DARK, ENOUGH, LIGHT, contrast, readable
from trnn.report.explorer import look

TEXT = ("text", "muted", "link", "good", "partly", "bad")


def themes() -> list[dict[str, str]]:
    """The colours of the light and of the dark page, by their names in the style sheet."""
    style = (ROOT / "src/trnn/report/templates/style.css").read_text()
    blocks = re.findall(r":root \{(.*?)\}", style, flags=re.DOTALL)
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in blocks]


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_lines_of_every_estimator_stand_out_on_both_pages():
    for colour in (*ESTIMATOR_COLOURS.values(), *GROUP_COLOURS):
        pair = readable(colour)
        assert pair.light == colour.lower()  # the light page has the figures' own
        assert contrast(pair.light, LIGHT) >= ENOUGH
        assert contrast(pair.dark, DARK) >= ENOUGH
    assert readable("#E69F00").light != "#e69f00"  # too pale for a line


def test_no_two_main_estimators_look_alike():
    for page in ("light", "dark"):
        names = ("truth", "prior", "mle", "filter", "bayes", "trnn", "drnn")
        assert len({look(name)[page] for name in names}) == len(names)
    variant, base = look("trnn_unlinked"), look("trnn")
    assert (variant["light"], variant["dash"]) == (base["light"], "dash")
    assert variant["name"] != base["name"]


def test_text_is_readable_in_both_themes():
    light, dark = themes()
    assert (light["background"], dark["background"]) == (LIGHT, DARK)
    for theme in (light, dark):
        for name in TEXT:
            for behind in ("background", "card"):
                assert contrast(theme[name], theme[behind]) >= 4.5, (name, behind)
        assert contrast(theme["warning-text"], theme["warning"]) >= 4.5
        for name in ("focus", "strong-line"):  # borders of controls
            assert contrast(theme[name], theme["background"]) >= 3.0
