"""The page as a document: structure, links, determinism."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pandas as pd
import pytest

from ger2024.replication.report_section import replication_section
from tests.report.run import Run, make_run, replication
from trnn.errors import TableError
from trnn.study import ReportStudy


class Page(HTMLParser):
    """Collects the elements of a page with their attributes and, of headings, their text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.headings: list[tuple[int, str]] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, {name: value or "" for name, value in attributes}))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_data(self, data):
        if self.headings and self.headings[-1][1] == "":
            self.headings[-1] = (self.headings[-1][0], data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def run(tmp_path_factory, tiny_experiments) -> Run:
    return make_run(tmp_path_factory.mktemp("results"), tiny_experiments)


@pytest.fixture(scope="module")
def text(run) -> str:
    return run.write()


@pytest.fixture(scope="module")
def page(text) -> Page:
    return Page(text)


def test_headings_follow_one_another_and_ids_are_unique(page):
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(set(ids)) == len(ids)
    of_the_page = [words for level, words in page.headings if level == 2]
    assert of_the_page == [
        "Contents",
        "What was found",
        "Can it be trusted?",
        "What failed",
        "One person, trial by trial",
        "Figures",
        "Tables",
        "What was run",
        "Replication",
    ]


def test_links_lead_to_what_is_there_and_nothing_is_fetched(page, run):
    ids = {a["id"] for _, a in page.elements if "id" in a}
    links = [a["href"] for a in page.all("a")]
    assert "figures/dezfouli/errors_of_people.pdf" in links and "dezfouli/metrics.parquet" in links
    for link in links:
        if link.startswith("#"):
            assert link[1:] in ids
        else:
            assert (run.folder / link).is_file(), link
    sources = [a["src"] for _, a in page.elements if "src" in a]
    assert sources and all(source.startswith("data:") for source in sources)
    assert all(a["href"].startswith("data:") for a in page.all("link"))
    policy = next(a["content"] for a in page.all("meta") if "http-equiv" in a)
    assert policy.startswith("default-src 'none'")


def test_pictures_tables_and_controls_speak(page, text):
    assert len(page.all("img")) == 2
    assert all(a["alt"].startswith("Figure ") and len(a["alt"]) > 40 for a in page.all("img"))
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(a.get("scope") in ("row", "col") for a in page.all("th"))
    labelled = {a["for"] for a in page.all("label")}
    assert {a["id"] for a in page.all("select")} <= labelled
    assert page.all("html")[0]["lang"] == "en"
    assert any(a.get("aria-live") == "polite" for a in page.all("p"))
    for landmark in ("header", "nav", "main", "footer"):
        assert len(page.all(landmark)) == 1
    assert text.index('class="skip"') < text.index("<header>")


def test_the_summary_stands_in_the_order_of_its_questions(text):
    places = [
        text.index(words)
        for words in (
            "Better than by chance.",
            "<img ",
            "3 of 4",
            "Missed: a target.",
            "explorer-app",
            "One is better than the other.",
            "Three groups of people.",
        )
    ]
    assert places == sorted(places)


def test_replication_shows_what_this_run_judges_alone(run, tmp_path):
    frame = replication()
    other = frame[frame["kind"] == "number"].assign(dataset="elsewhere", verdict=None)
    correction = frame[frame["kind"] == "correction"].assign(dataset="elsewhere", claim="theirs")
    table = tmp_path / "replication.parquet"
    pd.concat([frame, other, correction]).to_parquet(table)
    section = replication_section(table, run.folder / "replication.md")
    assert [title for title, _ in section.groups] == ["dezfouli", "All data sets"]
    assert "elsewhere" not in section.overview and "does not hold" in section.overview
    frame.assign(verdict=None).to_parquet(table)
    assert "judges nothing" in replication_section(table, run.folder / "replication.md").overview


def test_replication_shows_verdicts_and_leaves_out_empty_columns(text):
    assert "Numbers and claims." in text
    assert "tables of its own" not in text
    assert '<span class="verdict bad">does not hold</span>' in text
    assert "0.3500 [0.3400, 0.3600]" in text and "+0.0273" in text
    corrections = text[text.index("Corrections of the original analysis") :]
    header = corrections[corrections.index("<thead>") : corrections.index("</thead>")]
    assert re.findall(">([A-Z][^<]*)<", header) == ["Claim", "Note"]


def test_sections_of_the_summary_are_folded_as_the_study_says(run, text):
    title = "Findings of the original study, computed anew"
    assert f"<summary>{title}</summary>" in text
    open_ = run.write(study=replace(run.arguments["study"], folded=()))
    assert f"<h4>{title}</h4>" in open_ and f"<summary>{title}</summary>" not in open_
    run.write()


def test_settings_versions_and_seed_are_named(text):
    assert "model: q_learning_perseveration" in text and "bootstrap_resamples: 50" in text
    assert "1.5 min in all" in text or "1.6 min in all" in text
    assert ">pyarrow<" in text


def test_people_are_people_unless_something_says_otherwise(text, tmp_path, tiny_experiments):
    assert 'class="warning" role="note"' not in text
    other = make_run(tmp_path, tiny_experiments, data_source="simulated")
    # The tables say so themselves, whatever the settings say.
    real = {**other.arguments["run"], "data_source": "real"}
    assert 'class="warning" role="note"' in other.write(run=real)


def test_a_run_of_agents_alone_has_a_report(tmp_path, tiny_experiments):
    other = make_run(tmp_path, tiny_experiments)
    own = other.arguments["experiments"]["dezfouli"]
    agents = {kind: {"test": own[kind]["test"]} for kind in ("trials", "estimates")}
    settings = {**own["settings"], "human": None}
    experiments = {"agents": {**own, **agents, "settings": settings}}
    documents = {**other.arguments["documents"], "experiment_summaries": {}}
    text = other.write(
        experiments=experiments, figures=[], study=ReportStudy(), documents=documents
    )
    # Nothing is said of a study that has added nothing.
    assert "Replication" not in text and 'id="replication"' not in text
    assert "<dd>none</dd>" in text and "simulated agents (n = 8)" in text
    index = text[text.index('id="explorer-index">') :].split("</script>")[0]
    assert '"test":{"reward":"binary"' in index and '"human"' not in index


def test_equal_runs_give_equal_pages_but_for_durations(run, text):
    assert run.write() == text
    benchmark = run.folder / "benchmarks/train/a_seed0.tsv"
    before = benchmark.read_text()
    benchmark.write_text(before.replace("60.0", "70.0"))
    changed = run.write()
    benchmark.write_text(before)
    assert changed != text
    pattern = re.compile("<!-- durations -->.*<!-- /durations -->", flags=re.DOTALL)
    assert pattern.sub("", changed) == pattern.sub("", text)


def test_estimates_of_other_trials_are_refused_and_the_page_stays(run, text, tmp_path):
    run.write()
    path = run.arguments["experiments"]["dezfouli"]["estimates"]["human"]["trnn"]
    wrong = tmp_path / "wrong.parquet"
    pd.read_parquet(path).iloc[::-1].to_parquet(wrong)
    experiments = {name: {**e} for name, e in run.arguments["experiments"].items()}
    estimates = {**experiments["dezfouli"]["estimates"]}
    estimates["human"] = {**estimates["human"], "trnn": wrong}
    experiments["dezfouli"]["estimates"] = estimates
    with pytest.raises(TableError, match=r"wrong\.parquet: row 0"):
        run.write(experiments=experiments)
    assert run.page.read_text(encoding="utf-8") == text
