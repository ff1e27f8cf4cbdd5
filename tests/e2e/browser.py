"""A headless Chromium and what the tests of the page look at in it."""

import base64
import json
import shutil
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)
WAIT_SECONDS = 60


def missing():
    """Why no browser can be driven here; None if one can."""
    if not any(map(shutil.which, BROWSERS)):
        return f"no browser: none of {', '.join(BROWSERS)} is on PATH"
    return None if shutil.which("chromedriver") else "no chromedriver on PATH"


def start(profile: Path):
    """A browser with an empty profile, its network and console recorded."""
    options = webdriver.ChromeOptions()
    options.binary_location = next(filter(None, map(shutil.which, BROWSERS)))
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


class Page:
    """The page in a browser, by what a person sees."""

    def __init__(self, driver, url):
        self.driver = driver
        self.url = url

    def open(self, fragment="", *, width=1280, scheme="light"):
        """Load the page anew at a width and color scheme; the fragment says what is asked."""
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": features})
        self.driver.get("about:blank")
        self.problems()
        self.driver.get(f"{self.url}/{fragment}")
        self.until(".tool")
        return self

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def until(self, selector, text=None):
        """The first element that matches and is shown, and holds the text if one is given."""

        def shown(_):
            found = [e for e in self.all(selector) if e.is_displayed() and (text is None or text in e.text)]
            return found[0] if found else False

        return WebDriverWait(self.driver, WAIT_SECONDS, ignored_exceptions=[Exception]).until(
            shown, f"{selector} {text or ''}"
        )

    def printed(self):
        """The page as PDF, as the browser prints it."""
        return base64.b64decode(self.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])

    def as_on_paper(self):
        """Show the page as it is printed."""
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        self.run("dispatchEvent(new Event('beforeprint')); document.body.style.padding = '11mm'")

    def shot(self, width, height, top=0):
        """A part of the page as PNG."""
        clip = {"x": 0, "y": top, "width": width, "height": height, "scale": 1}
        taken = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})
        return base64.b64decode(taken["data"])

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def answered(self):
        """Wait for an answer; its heading."""
        return self.until('.results[aria-busy="false"] .answer-head h2')

    def picks(self):
        """Ids of the models on the cards, as a screen reader says them."""
        headings = [element.get_attribute("textContent") for element in self.all(".card h3")]
        return [heading.partition(". ")[2] for heading in headings]

    def overflow(self):
        """Pixels that the page is wider than the window."""
        return self.run("return document.documentElement.scrollWidth - innerWidth")

    def problems(self):
        """What the console complained of since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def addresses(self):
        """Every address that was asked for since the last call; what the page itself holds (data:) is no request."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
        return [address for address in asked if not address.startswith(("data:", "about:"))]
