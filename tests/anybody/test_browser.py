"""The page in headless Chromium: every person's means and intervals, and nothing is fetched."""

import numpy as np
import pandas as pd
from selenium.webdriver.common.by import By

from tests.anybody.made import plain
from tests.report.test_browser import browser, choose, requests, status, traces, wait  # noqa: F401
from trnn.anybody.estimate import estimate_table
from trnn.anybody.options import options_of
from trnn.anybody.page import page_of, write_page
from trnn.data.own_table import from_frame


def test_the_page_shows_each_person_with_intervals(browser, tmp_path):  # noqa: F811
    outcome = estimate_table(
        from_frame(plain(), "my.csv"), options_of(model="q_learning", particles=400)
    )
    page = tmp_path / "page.html"
    write_page(page_of(outcome, "my_estimates.csv"), page)
    browser.get("about:blank")
    for kind in ("browser", "performance"):
        browser.get_log(kind)
    browser.get(page.as_uri())
    wait(browser, lambda: traces(browser))
    choose(browser, "p1")
    assert status(browser).startswith("p1 (people): 60 trials in 3 blocks")
    own: pd.DataFrame = outcome.frame[outcome.frame["subject"] == "p1"]
    drawn = traces(browser)
    np.testing.assert_allclose(drawn["y2", "given the trials before"], own["p_action_0"], atol=1e-4)
    np.testing.assert_allclose(
        drawn["y4", "given the whole session"], own["beta_smooth"], atol=1e-3
    )
    edges = browser.execute_script(
        "return document.getElementById('explorer-plot').data"
        ".filter((t) => t.yaxis === 'y4' && !t.name).map((t) => Array.from(t.y));"
    )
    for values, name in zip(edges[2:], ("beta_smooth_q05", "beta_smooth_q95"), strict=True):
        np.testing.assert_allclose(values, own[name], atol=1e-3)
    words = browser.find_element(By.ID, "explorer-estimators").text
    assert "90 % intervals" in words
    assert not browser.find_element(By.ID, "explorer-experiment").is_displayed()
    assert browser.get_log("browser") == []
    fetched = [u for u in requests(browser) if not u.startswith(("data:", "blob:"))]
    assert set(fetched) <= {page.as_uri(), "about:blank"}
