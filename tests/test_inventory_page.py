"""The inventory page in a real browser: its rows, search, filters and sorting, and that a hostile name stays text.

Chromium and ChromeDriver are found on the PATH. Where there are none the tests are skipped, except in CI, which has to have them.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

from test_cli import run

HOSTILE = "</script><script>document.title = 'owned'</script><img src=x onerror=\"document.title = 'owned'\">\u202e"
FILES = {
    "CODEOWNERS": "* @everyone\n/auth/ @org/auth\n/evil/ @evil<b>\n",
    "auth/tokens.ts": """import * as SecureStore from 'expo-secure-store';
const options = { keychainAccessible: SecureStore.WHEN_UNLOCKED_THIS_DEVICE_ONLY };
export const save = (token: string) => SecureStore.setItemAsync('auth.token', token, options);
export const load = () => SecureStore.getItemAsync('auth.token', options);
export const peek = () => SecureStore.getItemAsync('auth.token', options);
export const remember = (name: string) => SecureStore.setItemAsync('auth.name', name);
""",
    "uploader/keys.py": """import keyring
def save(value):
    keyring.set_password("uploader", "Key 10", value)
    keyring.set_password("uploader", "key 9", value)
def find(name):
    return keyring.get_password("uploader", name)
""",
    f"evil/{HOSTILE.replace('/', '')}.ts": f"""import * as SecureStore from 'expo-secure-store';
export const evil = (s: string) => SecureStore.setItemAsync({json.dumps(HOSTILE)}, s);
""",
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    done = run("inventory", "--output-format", "html", "--output-file", "inventory.html", cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    return root / "inventory.html"


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    chromedriver = shutil.which("chromedriver")
    if browser is None or chromedriver is None:
        why = "no Chromium with ChromeDriver on the PATH (Debian: apt-get install chromium chromium-driver)"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    profile = tmp_path_factory.mktemp("profile")
    for argument in (
        "--headless=new",
        "--no-sandbox",  # What a container gives root has no namespaces for it.
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1400,900",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    options.add_experimental_option("prefs", {"download.default_directory": str(profile)})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with webdriver.Chrome(options=options, service=Service(chromedriver)) as started:
        yield started


@pytest.fixture
def opened(driver: webdriver.Chrome, page: Path) -> Iterator[webdriver.Chrome]:
    driver.get(page.as_uri())
    yield driver
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    # A refused script or style, or an exception in ours, stands in the log.
    assert driver.get_log("browser") == []  # type: ignore[no-untyped-call]


def names(driver: webdriver.Chrome) -> list[str]:
    """The items that are shown, in order."""
    rows = driver.find_elements(By.CSS_SELECTOR, "tr[data-item] > th")
    return [row.text.replace("\n", " ") for row in rows if row.is_displayed()]


def owners(driver: webdriver.Chrome) -> list[str]:
    """The headings that are shown, in order."""
    return [row.text for row in driver.find_elements(By.CSS_SELECTOR, "tr.owner") if row.is_displayed()]


def search(driver: webdriver.Chrome, text: str) -> None:
    box = driver.find_element(By.ID, "search")
    box.clear()
    box.send_keys(text)


def sort(driver: webdriver.Chrome, column: str) -> str | None:
    """Presses a column's heading; returns how it is sorted now."""
    heading = next(heading for heading in driver.find_elements(By.CSS_SELECTOR, "thead th") if heading.text.startswith(column))
    heading.find_element(By.TAG_NAME, "button").click()
    return heading.get_attribute("aria-sort")


SHOWN_HOSTILE = "key " + HOSTILE.replace("\u202e", "\\u{202e}")
GROUPED = [
    "service uploader, username key 9",
    "service uploader, username Key 10",
    "unknown key service uploader, username from name",
    SHOWN_HOSTILE,
    "key auth.name",
    "key auth.token",
]


def test_rows_stand_under_their_owners(opened: webdriver.Chrome) -> None:
    assert sorted(names(opened)) == sorted(GROUPED)
    assert owners(opened) == ["@everyone", "@evil<b>", "@org/auth"]
    token = next(row for row in opened.find_elements(By.CSS_SELECTOR, "tr[data-item]") if "auth.token" in row.text)
    cells = [cell.text for cell in token.find_elements(By.TAG_NAME, "td")]
    assert cells == [
        "expo-secure-store",
        "WHEN_UNLOCKED_THIS_DEVICE_ONLY when unlocked, this device only",
        "no",
        "save\nwrite in auth/tokens.ts:3",
        "load\nread in auth/tokens.ts:4\npeek\nread in auth/tokens.ts:5",
        "nowhere",
        "none seen",
        "no",
    ]


def test_a_hostile_name_stays_text(opened: webdriver.Chrome) -> None:
    assert opened.title == "Stored secrets: keylint inventory"
    assert SHOWN_HOSTILE in names(opened)
    assert len(opened.find_elements(By.TAG_NAME, "script")) == 2
    assert opened.find_elements(By.CSS_SELECTOR, "img, b, iframe, [onerror]") == []
    search(opened, "onerror=")
    assert names(opened) == [SHOWN_HOSTILE]
    stored = opened.execute_script(
        "return JSON.parse(document.getElementById('inventory').textContent).items.map((item) => item.identity[0].value)"
    )
    assert HOSTILE in stored


def test_search(opened: webdriver.Chrome) -> None:
    count = opened.find_element(By.ID, "count")
    assert count.text == "6 rows"
    search(opened, "AUTH.")
    assert (names(opened), owners(opened), count.text) == (["key auth.name", "key auth.token"], ["@org/auth"], "2 of 6 rows")
    search(opened, "remember when")  # a function and a class: every word counts, wherever it stands
    assert names(opened) == ["key auth.name"]
    search(opened, "getitemasync")  # in the data only
    assert names(opened) == ["key auth.token"]
    search(opened, "nothing like it")
    assert (names(opened), owners(opened)) == ([], [])
    opened.find_element(By.ID, "search").send_keys(Keys.ESCAPE)
    assert len(names(opened)) == 6


def test_filters(opened: webdriver.Chrome) -> None:
    leaves = Select(opened.find_element(By.ID, "leaves"))
    assert [option.text for option in leaves.options] == ["any", "no", "unknown", "yes"]
    leaves.select_by_visible_text("yes")
    assert names(opened) == [SHOWN_HOSTILE, "key auth.name"]
    Select(opened.find_element(By.ID, "store")).select_by_visible_text("keyring")
    assert names(opened) == []
    leaves.select_by_visible_text("any")
    assert len(names(opened)) == 3
    assert not opened.find_element(By.ID, "contexts").is_displayed()  # nothing to choose from


def test_sort(opened: webdriver.Chrome) -> None:
    opened.find_element(By.ID, "grouped").click()
    assert owners(opened) == []
    before = names(opened)
    known = sorted(GROUPED[:2] + GROUPED[4:], key=str.lower)
    assert sort(opened, "Item") == "ascending"
    assert [name for name in names(opened) if name in known] == [
        "key auth.name",
        "key auth.token",
        "service uploader, username key 9",
        "service uploader, username Key 10",
    ]
    upwards = names(opened)
    assert sort(opened, "Item") == "descending"
    assert names(opened) == upwards[::-1]
    assert sort(opened, "Item") == "none"
    assert names(opened) == before
    sort(opened, "Read")
    sort(opened, "Read")
    assert names(opened)[:2] == ["key auth.token", "unknown key service uploader, username from name"]
    opened.find_element(By.ID, "grouped").click()
    assert owners(opened) == ["@everyone", "@evil<b>", "@org/auth"]
    assert names(opened)[-2:] == ["key auth.token", "key auth.name"]  # sorted within the group


def test_keyboard(opened: webdriver.Chrome) -> None:
    opened.find_element(By.TAG_NAME, "body").send_keys("/")
    assert opened.switch_to.active_element.get_attribute("id") == "search"
    opened.switch_to.active_element.send_keys("auth/")
    assert opened.find_element(By.ID, "search").get_attribute("value") == "auth/"
    for _ in range(20):
        opened.switch_to.active_element.send_keys(Keys.TAB)
        if opened.switch_to.active_element.text == "Store":
            break
    opened.switch_to.active_element.send_keys(Keys.ENTER)
    assert [heading.get_attribute("aria-sort") for heading in opened.find_elements(By.CSS_SELECTOR, "thead th")][:3] == [
        "none",
        "ascending",
        "none",
    ]


def test_saves_its_data(opened: webdriver.Chrome, page: Path, tmp_path: Path) -> None:
    opened.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    opened.find_element(By.ID, "save").click()
    saved = tmp_path / "keylint-inventory.json"
    WebDriverWait(opened, 10).until(lambda _: saved.exists())
    expected = run("inventory", "--output-format", "json", cwd=page.parent)
    assert json.loads(saved.read_text(encoding="utf-8")) == json.loads(expected.stdout)


def test_loads_nothing(opened: webdriver.Chrome) -> None:
    assert opened.execute_script("return performance.getEntriesByType('resource').length") == 0


def test_runs_no_script_but_its_own(driver: webdriver.Chrome, page: Path) -> None:
    changed = page.with_name("changed.html")
    text = page.read_text(encoding="ascii")
    changed.write_text(text.replace("</main>", "<script>document.title = 'owned'</script></main>"), encoding="ascii")
    driver.get(changed.as_uri())
    assert driver.title == "Stored secrets: keylint inventory"
    assert "violates the following Content Security Policy" in str(driver.get_log("browser"))  # type: ignore[no-untyped-call]


def test_shows_everything_without_its_script(driver: webdriver.Chrome, page: Path) -> None:
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        driver.get(page.as_uri())
        assert len(names(driver)) == 6
        assert not driver.find_element(By.ID, "search").is_displayed()
        assert "Without JavaScript" in driver.find_element(By.TAG_NAME, "main").text
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_heeds_the_colour_scheme(opened: webdriver.Chrome, scheme: str) -> None:
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    text, ground = (
        opened.execute_script(f"return getComputedStyle(document.body).{name}.match(/\\d+/g).slice(0, 3).map(Number)")
        for name in ("color", "backgroundColor")
    )
    assert (sum(text) < sum(ground)) is (scheme == "light")


def test_prints_without_its_tools(opened: webdriver.Chrome) -> None:
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not opened.find_element(By.ID, "search").is_displayed()
    assert len(names(opened)) == 6
