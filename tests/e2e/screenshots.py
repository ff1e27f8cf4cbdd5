"""Pictures of the page for the documentation, from a real server and browser: `make screenshots`."""

import io
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from tests.e2e import browser
from tests.e2e.serving import ROOT, launch

OUT = ROOT / "docs" / "img"
COLORS = 96

SEARCH = "#recommend?description=search+German+legal+contracts&hardware=RTX+4090&use.commercial=true"


class Shot(NamedTuple):
    """A picture: what is asked, what must be there, what is in view."""

    fragment: str
    ready: str
    width: int = 1280
    height: int = 900
    scheme: str = "light"
    top: str = ""
    """The element that the picture begins above; the page where empty."""
    printed: bool = False


SHOTS = {
    "start": Shot("", ".examples", height=960),
    "answer": Shot(SEARCH, ".plot svg", height=1200),
    "dark": Shot(SEARCH, ".plot svg", height=1200, scheme="dark"),
    "plot": Shot(SEARCH, ".plot svg", width=860, height=920, top=".pareto"),
    "compare": Shot(
        "#compare?model=llama-2-7b&model=llama-2-13b&model=falcon-40b&model=mistral-7b&model=gpt-3", ".side-by-side"
    ),
    "license": Shot("#license?name=llama3.1&use.commercial=true", ".verdict-card", height=800, scheme="dark"),
    "error": Shot("#recommend?description=search&hardware=RTX+49000", ".error .chip", height=760),
    "phone": Shot(SEARCH, ".plot svg", width=380, height=900, top=".answer-head"),
    "sheet": Shot(SEARCH, ".plot svg", width=794, height=1123, printed=True),
}


def main():
    """Write the pictures that are named, or all."""
    if why := browser.missing():
        sys.exit(f"no pictures: {why}")
    with tempfile.TemporaryDirectory() as scratch:
        server = launch(Path(scratch) / "log", ADVISOR_API_LOG_REQUESTS="false")
        driver = browser.start(Path(scratch) / "profile")
        try:
            page = browser.Page(driver, server.url)
            for name in sys.argv[1:] or SHOTS:
                path = OUT / f"page-{name}.png"
                path.write_bytes(small(take(page, SHOTS[name])))
                print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB", file=sys.stderr)
        finally:
            driver.quit()
            server.kill()


def take(page, shot):
    """The picture as the browser makes it."""
    page.open(shot.fragment, width=shot.width, scheme=shot.scheme)
    page.until(shot.ready)
    if shot.printed:
        page.as_on_paper()
        return page.shot(shot.width, shot.height)
    top = page.run("return document.querySelector(arguments[0]).getBoundingClientRect().top", shot.top or "body")
    return page.shot(shot.width, shot.height, max(0, top + page.run("return scrollY") - 24) if shot.top else 0)


def small(png):
    """The same in few colors."""
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    main()
