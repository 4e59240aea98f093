"""Names of the data stand in texts and pages as they are, whatever signs they are made of."""

import json
from html.parser import HTMLParser

import pandas as pd
import pytest

from ger2024.findings.findings_text import analyses_sections
from tests.report.test_summary import FINDINGS, metrics_frame
from trnn.checks.misspecification.features import KINDS
from trnn.report.explorer import Explorer
from trnn.report.markdown import sections
from trnn.report.page import carried, environment
from trnn.report.text.convergence import convergence_sections
from trnn.report.text.markdown import markdown_table, plain
from trnn.report.text.means import means_table
from trnn.report.text.people import misspecification_sections
from trnn.report.text.tests import course_sections
from trnn.study import Reported

NAME = "a[draft]<b>_x_*y*|z<script>alert(1)</script>"
NAMES = (
    *(NAME, "[a](http://b.c)", "![a](b)", "`code`", "&amp; &lt; &#35;", "a\\|b", "\\", "**b**"),
    *("~~gone~~", "_x_ a_b _", "<http://a.b>", "<!-- gone -->", "p < 0.05 & more", "a - b"),
)


class Shown(HTMLParser):
    """The tags of a page, and the texts of its cells and list items."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.texts = set[str](), list[str]()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.texts.append("")

    def handle_data(self, data):
        if self.texts:
            self.texts[-1] += data

    def handle_endtag(self, tag):
        self.texts.append("")


def shown(markdown: str) -> Shown:
    found = Shown("".join(section.body for section in sections(f"# T\n\n{markdown}\n")))
    found.texts = [text.strip() for text in found.texts]
    return found


TABLE = {"div", "table", "caption", "span", "thead", "tbody", "tr", "th", "td"}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_as_it_is_in_a_table_and_in_a_line(name):
    table = shown(markdown_table(pd.DataFrame({f"{plain(name)} (n = 1)": [plain(name)]})))
    assert table.tags <= TABLE
    assert {f"{name} (n = 1)", name} <= set(table.texts)
    line = shown(f"- of {plain(name)}: 1")
    assert line.tags == {"ul", "li"} and f"of {name}: 1" in line.texts


def test_common_names_are_written_as_they_are():
    for name in ("trnn_smooth", "healthy - bipolar", "p < 0.05", "p-7", "Müller, A. (2)"):
        assert plain(name) == name


def of_group(name: str) -> pd.DataFrame:
    frame = metrics_frame().copy()
    frame["group"] = frame["group"].replace({"healthy": name})
    return frame


def texts_of_people() -> dict[str, str]:
    """Return parts of the summary that name a group or a subject."""
    flags = {f"outside_{kind}": True for kind in KINDS}
    session = {"population": "human", "group": NAME, "subject": NAME, "outside": True}
    session |= {"dynamics": None}
    judged = pd.DataFrame([session | flags | {"furthest": "stay", "reason": "r"}])
    course = {"kind": "course", "population": "human", "measure": "beta_slope", "group": NAME}
    course |= {"contrast": f"{NAME} - {NAME}", "unit": "1", "p": 0.1, "p_holm": 0.1, "n": 3}
    ends = {
        f"{n}{end}": 0.1 for n in ("difference", "effect") for end in ("", "_ci_low", "_ci_high")
    }
    filtered = {"estimator": "bayes", "population": "human", "subject": NAME, "converged": False}
    filtered |= {"log_evidence_error": 1.0, "log_evidence": -3.0, "n_particles": 9}
    reported = Reported({})
    means = means_table(of_group(NAME), "human", "bce", reported, "k", 1, 20)
    return {
        "means": means or "",
        "convergence": "\n\n".join(convergence_sections(pd.DataFrame([filtered]))),
        "misspecification": "\n\n".join(misspecification_sections(judged)),
        "courses": "\n\n".join(
            course_sections(pd.DataFrame([course | ends | {"side_a": NAME, "side_b": NAME}]))
        ),
        "findings": "\n\n".join(analyses_sections(FINDINGS.assign(group=NAME, statement=NAME))),
    }


@pytest.mark.parametrize(
    "part", ["means", "convergence", "misspecification", "courses", "findings"]
)
def test_parts_of_the_summary_show_groups_and_subjects_as_they_are(part):
    page = shown(texts_of_people()[part])
    assert any(NAME in text for text in page.texts), page.texts
    assert not page.tags & {"b", "script", "em", "a"}


def test_a_page_carries_names_that_would_end_its_script():
    """`<!--<script>` would swallow the end tag of the element that it stands in."""
    names = ["</script><b>", "<!--<script>", NAME]
    index = {"experiments": [{"subjects": names}]}
    template = environment().get_template("scripts.html.j2")
    page = template.render(**carried(Explorer(index, []))).partition("</script>")[0]
    assert json.loads(page.partition(">")[2]) == index
    assert "<" not in page.partition(">")[2]
