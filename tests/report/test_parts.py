import pandas as pd
import pytest
from PIL import Image

from ger2024.figures.catalogue import CATALOGUE
from tests.report.run import OF_EXPERIMENT
from trnn.errors import ConfigError, DataError
from trnn.report.environment import durations, versions
from trnn.report.figures import Drawn, leading, picture
from trnn.report.markdown import sections


def test_a_table_takes_the_paragraph_before_it_as_its_caption():
    people = next(s for s in sections(OF_EXPERIMENT) if s.title == "People")
    assert people.level == 2
    assert "<caption><span><code>bce</code>: mean of -log P, nats</span></caption>" in people.body
    assert '<th scope="col">estimator</th>' in people.body
    assert '<th scope="row">mle</th>' in people.body
    assert 'aria-label="bce: mean of -log P, nats"' in people.body
    assert "<p>" not in people.body


def test_text_that_introduces_no_table_stays_and_markup_in_it_is_harmless():
    (part,) = sections("# Title\n\nWords: <script>alert(1)</script>\n\nMore words.\n")
    assert "<p>More words.</p>" in part.body and "<script>" not in part.body
    (table,) = sections(f"# T\n\n| a | b |\n|---|---|\n| x | {'word ' * 20}|\n")
    assert '<td class="words">word word' in table.body
    (quoted,) = sections('# T\n\nA "quoted" <b>: x\n\n| a |\n|---|\n| <i>b</i> |\n')
    assert 'aria-label="A &quot;quoted&quot; &lt;b&gt;: x"' in quoted.body


def test_durations_are_summed_by_rule(tmp_path):
    for job, seconds, memory in (("a/1", "2.5", "10"), ("a/2", "1", "-"), ("b/1", "9", "5")):
        (tmp_path / job).parent.mkdir(exist_ok=True)
        (tmp_path / f"{job}.tsv").write_text(f"s\th:m:s\tmax_rss\n{seconds}\t0:00:01\t{memory}\n")
    table = durations(tmp_path)
    assert table["rule"].tolist() == ["b", "a"]
    assert table.iloc[1].tolist() == ["a", 2, 3.5, 2.5, 10.0]
    assert durations(tmp_path / "absent").empty


def test_versions_stand_beside_what_was_asked_for(tmp_path):
    path = tmp_path / "environment.yaml"
    path.write_text("dependencies: [pandas=0.1, pytorch=9, python=3.11, no-such-package=1]\n")
    table = versions(path).set_index("package")
    assert table.loc["pandas"].tolist() == ["0.1", pd.__version__]
    assert table.loc["no-such-package", "in use"] == "absent"
    assert "torch" in table.index
    path.write_text("dependencies: [pandas]\n")
    with pytest.raises(ConfigError, match="'pandas' has no version"):
        versions(path)


def test_a_figure_is_shown_at_the_size_of_its_print(tmp_path):
    path = tmp_path / "errors_of_people.png"
    Image.new("RGB", (1004, 600)).save(path)  # 85 mm at 300 dpi
    entry = CATALOGUE["errors_of_people"]
    shown = picture(Drawn("dezfouli", entry, path, "Figure 3A"), simulated=True)
    assert abs(shown.width - 425) <= 2
    assert shown.source.startswith("data:image/png;base64,")
    assert shown.alternative.startswith("Figure 3A. ") and "stand-ins" in shown.caption
    assert shown.title == "Figure 3A. Prediction of people's choices, dezfouli"
    assert ("PDF", "figures/dezfouli/errors_of_people.pdf") in shown.links
    plain = picture(Drawn("mine", entry, path), simulated=False)
    assert plain.title == "Prediction of people's choices, mine"
    assert "stand-ins" not in plain.caption
    agents = picture(Drawn("mine", CATALOGUE["ranks"], path), simulated=True)
    assert "stand-ins" not in agents.caption
    path.write_text("no image")
    with pytest.raises(DataError, match=r"errors_of_people\.png: not an image"):
        picture(Drawn("mine", entry, path), simulated=False)


def test_the_page_opens_with_prediction_of_people_if_there_are_any():
    drawn = [
        Drawn("a", CATALOGUE["errors_of_agents"], "a.png"),
        Drawn("b", CATALOGUE["ranks"], "b.png"),
        Drawn("b", CATALOGUE["errors_of_people"], "c.png"),
    ]
    assert leading(drawn) is drawn[2]
    assert leading(drawn[:2]) is drawn[0]
    assert leading(drawn[1:2]) is None
