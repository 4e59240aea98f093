"""The page in headless Chromium: it loads by itself, and the explorer shows who is chosen."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from tests.report.run import Run, make_run
from trnn.report.explorer import look

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LAPTOP, PHONE = (1280, 800), (390, 844)
Open = Callable[..., webdriver.Chrome]


def programs() -> tuple[str, str]:
    """The browser and its driver; without them the tests are skipped, or fail where CI is set."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if chromium and driver:
        return chromium, driver
    message = (
        "the report is tested in a browser, which is not here: "
        "apt-get install chromium chromium-driver"
    )
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="module")
def browser(tmp_path_factory) -> Iterator[webdriver.Chrome]:
    chromium, driver = programs()
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = webdriver.Chrome(service=Service(driver), options=options)
    yield chrome
    chrome.quit()


@pytest.fixture(scope="module")
def run(tmp_path_factory, tiny_experiments) -> Run:
    run = make_run(tmp_path_factory.mktemp("results"), tiny_experiments)
    run.write()
    return run


@pytest.fixture()
def opened(browser, run) -> Open:
    """A function that opens the page anew and waits until the explorer has drawn."""

    def open_page(size: tuple[int, int] = LAPTOP, scheme: str = "light") -> webdriver.Chrome:
        width, height = size
        metrics = {
            "width": width,
            "height": height,
            "deviceScaleFactor": 1,
            "mobile": size == PHONE,
        }
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        feature = {"name": "prefers-color-scheme", "value": scheme}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        browser.get("about:blank")  # leaves the page before
        for kind in ("browser", "performance"):
            browser.get_log(kind)
        browser.get(run.page.as_uri())
        wait(browser, lambda: traces(browser))
        return browser

    return open_page


def wait(browser: webdriver.Chrome, condition: Callable[[], Any]) -> None:
    WebDriverWait(browser, 60, poll_frequency=0.05).until(lambda _: condition())


def traces(browser: webdriver.Chrome) -> dict[tuple[str, str], list[float]]:
    """What is drawn as named lines: (axis, name) to heights."""
    found = browser.execute_script(
        "const plot = document.getElementById('explorer-plot');"
        "return (plot.data || []).filter((t) => t.name && t.mode === 'lines')"
        ".map((t) => [t.yaxis, t.name, Array.from(t.y)]);"
    )
    return {(axis, name): heights for axis, name, heights in found}


def status(browser: webdriver.Chrome) -> str:
    return browser.find_element(By.ID, "explorer-status").text


def choose(browser: webdriver.Chrome, subject: str) -> None:
    Select(browser.find_element(By.ID, "explorer-subject")).select_by_visible_text(subject)
    wait(browser, lambda: status(browser).startswith(f"{subject} "))


def requests(browser: webdriver.Chrome) -> list[str]:
    """What was asked for, but for the browser's own pages (the new tab that it starts with)."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
        and not message["params"]["documentURL"].startswith("chrome://")
    ]


def test_it_loads_without_an_error_and_without_leaving_the_page(opened, run):
    browser = opened()
    choose(browser, browser.find_elements(By.CSS_SELECTOR, "#explorer-subject option")[1].text)
    assert browser.get_log("browser") == []
    urls = requests(browser)
    assert run.page.as_uri() in urls
    assert [
        u for u in urls if u != run.page.as_uri() and not u.startswith(("data:", "blob:"))
    ] == []


@pytest.mark.parametrize(("position", "experiment"), [(0, "dezfouli"), (1, "gershman")])
def test_the_curves_are_the_tables(opened, run, position, experiment):
    browser = opened()
    Select(browser.find_element(By.ID, "explorer-experiment")).select_by_index(position)
    estimates = run.estimates(experiment, "human", "trnn")
    parameter = {"dezfouli": "kappa", "gershman": "gamma"}[experiment]
    for subject in estimates["subject"].unique()[[1, 0]]:
        choose(browser, subject)
        own = estimates[estimates["subject"] == subject]
        last = max(axis for axis, _ in traces(browser))  # panels follow the parameters' order
        for axis, column in (("y2", "p_action_0"), (last, parameter)):
            drawn = np.array(traces(browser)[axis, "t-RNN"])
            np.testing.assert_allclose(drawn, own[column], atol=1e-4)


def test_choosing_a_person_changes_the_curves_and_says_so(opened, run):
    browser = opened()
    people = run.trials("dezfouli", "human")
    first, second = people["subject"].unique()[:2]
    assert status(browser).startswith(f"{first} (bipolar): 90 trials in 3 blocks")
    before = traces(browser)
    browser.find_element(By.ID, "explorer-next").click()
    wait(browser, lambda: status(browser).startswith(f"{second} "))
    after = traces(browser)
    assert before.keys() == after.keys() and all(before[key] != after[key] for key in before)
    rewarded = people.loc[people["subject"] == second, "reward"].mean()
    assert f"{100 * rewarded:.0f} % of them rewarded" in status(browser)
    caption = browser.find_element(By.ID, "explorer-caption").text
    assert caption.startswith(second)
    cells = browser.find_elements(By.CSS_SELECTOR, "#explorer-body tr:first-child > *")
    assert [cell.text for cell in cells[:2]] == ["maximum likelihood", "0.3010"]


def test_agents_are_shown_with_the_truth_and_no_more_than_asked_for(opened, run):
    browser = opened()
    groups = browser.find_elements(By.CSS_SELECTOR, "#explorer-subject optgroup")
    sizes = {g.get_attribute("label"): len(g.find_elements(By.TAG_NAME, "option")) for g in groups}
    assert sizes == {
        "bipolar": 2,
        "depression": 2,
        "healthy": 2,
        "simulated agents: stationary": 2,
        "simulated agents: switching": 2,
    }
    truth = run.trials("dezfouli", "test")
    subject = truth["subject"].iloc[-1].replace("0004", "0002")
    choose(browser, subject)
    own = truth.loc[truth["subject"] == subject, "kappa"]
    np.testing.assert_allclose(traces(browser)["y5", "truth"], own, atol=1e-4)


def test_it_is_used_by_keyboard(opened):
    browser = opened()
    subject = browser.find_element(By.ID, "explorer-subject")
    second = subject.find_elements(By.TAG_NAME, "option")[1].text
    subject.send_keys(Keys.ARROW_DOWN)
    wait(browser, lambda: status(browser).startswith(f"{second} "))
    # From the list of people, the next control is the button of the one before.
    browser.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.get_attribute("id") == "explorer-previous"
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    wait(browser, lambda: not status(browser).startswith(f"{second} "))
    assert browser.switch_to.active_element.get_attribute("id") == "explorer-previous"
    zoom = browser.find_element(By.ID, "explorer-in")
    zoom.send_keys(Keys.SPACE)
    wait(browser, lambda: view(browser)[1] - view(browser)[0] < 60)
    outline = browser.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def view(browser: webdriver.Chrome) -> list[float]:
    return browser.execute_script(
        "return document.getElementById('explorer-plot').layout.xaxis.range"
    )


def test_a_block_can_be_shown_and_estimators_switched(opened):
    browser = opened()
    Select(browser.find_element(By.ID, "explorer-block")).select_by_index(2)
    wait(browser, lambda: view(browser) == [29, 60])
    variant = ("y2", look("trnn_unlinked")["name"])
    assert variant not in traces(browser)
    browser.find_element(By.ID, "estimator-trnn_unlinked").click()
    wait(browser, lambda: variant in traces(browser))
    browser.find_element(By.ID, "estimator-mle").click()
    wait(browser, lambda: ("y2", "maximum likelihood") not in traces(browser))
    assert view(browser) == [29, 60]


def test_bands_are_quantiles_of_the_posterior(opened, run):
    browser = opened()
    estimates = run.estimates("dezfouli", "human", "bayes")
    own = estimates[estimates["subject"] == estimates["subject"].iloc[0]]
    edges = browser.execute_script(
        "const plot = document.getElementById('explorer-plot');"
        "return plot.data.filter((t) => t.yaxis === 'y5' && !t.name && t.hoverinfo === 'skip')"
        ".map((t) => Array.from(t.y));"
    )
    assert len(edges) == 2  # of the only estimator that has quantiles
    for drawn, column in zip(edges, ("kappa_q05", "kappa_q95"), strict=True):
        np.testing.assert_allclose(drawn, own[column], atol=1e-3)


def test_predictions_that_run_into_one_another_are_averaged_within_blocks(opened, run):
    browser = opened()
    assert ("y2", "action 0 taken") not in traces(browser)
    browser.execute_script("document.getElementById('explorer-app').style.width = '200px'")
    shown = Select(browser.find_element(By.ID, "explorer-block"))
    shown.select_by_index(1)  # a block, whose trials can be told apart
    wait(browser, lambda: view(browser) == [-1, 30])
    assert ("y2", "action 0 taken") not in traces(browser)
    shown.select_by_index(0)
    wait(browser, lambda: ("y2", "action 0 taken") in traces(browser))
    estimates = run.estimates("dezfouli", "human", "trnn")
    subject = estimates["subject"].iloc[0]
    own = estimates[estimates["subject"] == subject].groupby("block")["p_action_0"]
    means = own.transform(lambda block: block.rolling(3, center=True, min_periods=1).mean())
    np.testing.assert_allclose(traces(browser)["y2", "t-RNN"], means, atol=1e-4)
    trials = run.trials("dezfouli", "human")
    taken = (trials["action"] == 0)[trials["subject"] == subject].astype(float)
    blocks = trials.loc[trials["subject"] == subject, "block"]
    shares = taken.groupby(blocks).transform(
        lambda block: block.rolling(3, center=True, min_periods=1).mean()
    )
    np.testing.assert_allclose(traces(browser)["y2", "action 0 taken"], shares, atol=1e-4)


def test_a_table_that_is_cut_says_so_and_is_a_stop_of_the_keyboard(opened):
    script = (
        "const scroll = document.getElementById('explorer-body').closest('.scroll');"
        "return [scroll.scrollWidth > scroll.clientWidth + 2, scroll.tabIndex === 0,"
        " !scroll.previousElementSibling.hidden];"
    )
    assert opened(LAPTOP).execute_script(script) == [False] * 3
    browser = opened(PHONE)
    browser.execute_script("document.getElementById('explorer-app').style.width = '240px'")
    wait(browser, lambda: browser.execute_script(script) == [True] * 3)


def test_paper_is_white_and_holds_the_plot(opened):
    browser = opened(scheme="dark")
    browser.execute_script(
        "window.addEventListener('beforeprint', () => {"
        " window.printed = document.querySelector('#explorer-plot .main-svg').clientWidth; });"
    )
    browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    wait(browser, lambda: browser.execute_script("return window.printed") == 660)
    media = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": media})
    body = browser.find_element(By.TAG_NAME, "body")
    assert body.value_of_css_property("color") == "rgba(28, 31, 35, 1)"
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_without_scrolling_sideways(opened, scheme):
    browser = opened(PHONE, scheme)
    for details in browser.find_elements(By.TAG_NAME, "details"):
        browser.execute_script("arguments[0].open = true", details)
    width = browser.execute_script("return document.documentElement.scrollWidth")
    assert width <= PHONE[0]


def test_dark_mode_reaches_the_page_and_the_plot(opened):
    script = (
        "const plot = document.getElementById('explorer-plot');"
        "return [getComputedStyle(document.body).backgroundColor, plot.layout.font.color,"
        " plot.layout.xaxis.color];"
    )
    light = opened(scheme="light").execute_script(script)
    browser = opened(scheme="dark")
    dark = browser.execute_script(script)
    assert light[0] == "rgb(255, 255, 255)" and dark[0] == "rgb(20, 23, 26)"
    assert all(a != b for a, b in zip(light, dark, strict=True))
    card = browser.find_element(By.CLASS_NAME, "card")
    assert card.value_of_css_property("background-color") == "rgba(255, 255, 255, 1)"


def test_no_file_of_the_page_is_needed_but_itself(opened, run, browser, tmp_path):
    alone = tmp_path / Path(run.page).name
    shutil.copy(run.page, alone)
    browser.get(alone.as_uri())
    wait(browser, lambda: traces(browser))
    broken = browser.execute_script(
        "return Array.from(document.images).filter((i) => i.complete && !i.naturalWidth).length"
    )
    assert broken == 0
