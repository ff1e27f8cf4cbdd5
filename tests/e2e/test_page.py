"""The page as people use it: a real browser, a real server, the shipped catalog."""

import re
from importlib import resources

import pytest

pytest.importorskip("selenium", reason="selenium is not installed (extra dev)")
from selenium.webdriver.common.keys import Keys

from advisor_api.security.keys import Scope, new_key
from tests.e2e import browser

pytestmark = pytest.mark.skipif(browser.missing() is not None, reason=browser.missing() or "")

SENTENCE = "search German legal contracts, on one RTX 4090"
ASKED = "#recommend?description=search+German+legal+contracts&hardware=RTX+4090&use.commercial=true"
"""A need in the address of the page."""
NEED = {"description": "search German legal contracts", "hardware": "RTX 4090", "use": {"commercial": True}}
"""The same for the library."""
VIEWS = {
    "start": "",
    "answer": ASKED,
    "compare": "#compare?model=BAAI/bge-m3&model=intfloat/multilingual-e5-large&use.commercial=true",
    "license": "#license?name=llama3.1&use.commercial=true",
}
DONE = {"start": ".examples", "answer": ".plot svg", "compare": ".side-by-side", "license": ".verdict-card"}


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    opened = browser.start(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.quit()


@pytest.fixture(scope="module")
def page(driver, server):
    return browser.Page(driver, server.url)


def test_a_sentence_gives_the_picks_of_the_library(page, advisor):
    page.open()
    page.one("textarea[name=description]").send_keys(SENTENCE)
    page.one("button.main").click()
    heading = page.answered()
    expected = advisor.recommend({"description": SENTENCE})
    assert page.picks() == [pick.model_id for pick in expected.picks]
    assert heading.text == f"{len(expected.picks)} models to use"
    assert page.run("return document.activeElement.textContent") == heading.text
    first, card = expected.picks[0], page.one(".card")
    assert f"{first.quality.expected:.1f}" in card.text and first.license.id in card.text
    assert f"{first.memory.total_gib:.1f} of 24.0 GiB" in card.text
    assert first.next_step in card.text.replace("\n", " ")
    understood = page.one(".understood").text
    assert "retrieval" in understood and "German" in understood and "RTX 4090" in understood
    assert re.search(r"\d+% sure, from “German”", understood)
    told = page.one(".warnings").text
    assert told.count("\n") == len(expected.warnings) - 1
    assert "No use stated" in told and "state “Use and license” to have them enforced" in told
    assert page.problems() == []


def test_evidence_opens_to_its_source(page):
    page.open(ASKED)
    page.answered()
    page.run("document.querySelector('.card .more:has(.evidence)').open = true")
    page.one(".evidence summary").click()
    source = page.until(".evidence .source", "Data license")
    assert "Measured by" in source.text and "Kept at" in source.text


def test_near_misses_say_what_would_admit_them_and_one_click_asks_again(page, advisor):
    spec = {"task": "retrieval", "languages": ["de"], "max_params": 100_000_000}
    expected = advisor.recommend(spec)
    page.open("#recommend?task=retrieval&languages=de&max_params=100000000")
    page.answered()
    near = page.one(".near").text
    assert "Most parameters" in near and "at most 100M" in near
    assert expected.near_misses[0].model_id.split("/")[-1] in near
    button = next(b for b in page.all(".near button") if "Most parameters" in b.get_attribute("textContent"))
    page.run("arguments[0].click()", button)
    free = advisor.recommend({"task": "retrieval", "languages": ["de"]}).picks
    page.until(".card h3", free[0].model_id)
    assert "max_params" not in page.run("return location.hash")


def test_pareto_plot_shows_the_picks_and_the_frontier(page, advisor):
    page.open(ASKED)
    page.until(".plot svg")
    frontier = advisor.recommend(NEED).pareto
    picks = [e.get_attribute("textContent") for e in page.all(".plot .pick > text")]
    assert picks == ["1", "2", "3"]
    table = page.one(".pareto table").get_attribute("textContent")
    assert all(model in table for model in frontier)
    page.run("document.getElementById('axis-speed').click()")
    assert "texts/s" in page.until(".plot .axis-title", "texts/s").text


CROSSED = """
    const boxes = (selector) => [...document.querySelectorAll(selector)].map((element) => {
        const { x, y, width, height } = element.getBBox();
        return { name: element.textContent, left: x, right: x + width, top: y, bottom: y + height };
    });
    const marks = boxes('.plot .pick circle:not(.spot)'), labels = boxes('.plot .label');
    const far = (one, other) => Math.hypot(one.left - other.left, one.top - other.top);
    const on = (slack) => (one, other) => one.left + slack < other.right && other.left + slack < one.right
        && one.top + slack < other.bottom && other.top + slack < one.bottom;
    const pairs = (list, others, wrong) => list.flatMap((one, place) => others
        .filter((other, after) => (list !== others || after > place) && wrong(one, other))
        .map((other) => `${one.name} on ${other.name}`));
    const touching = (one, other) => far(one, other) < one.right - one.left;
    return [...pairs(marks, marks, touching), ...pairs(labels, marks, on(1)), ...pairs(labels, labels, on(3))];
"""
"""What lies on what in the plot: numbers of picks and names."""
PLOTTED = [ASKED, "#recommend?task=chat&hardware=RTX+4090", "#recommend?task=image-classification"]


@pytest.mark.parametrize("width", [1280, 380])
@pytest.mark.parametrize("need", PLOTTED)
def test_no_number_or_name_of_the_plot_lies_on_another(page, need, width):
    page.open(need, width=width)
    page.until(".plot .label.strong")
    assert len(page.all(".plot .pick > text")) == 3
    assert page.run(CROSSED) == []
    if width == 1280:
        assert len(page.all(".plot .label.strong")) == 3


def test_a_closed_model_is_compared_as_proprietary(page):
    page.open("#compare?model=gpt-4o&model=Qwen/Qwen3-8B")
    row = next(e.text for e in page.until(".side-by-side").find_elements("css selector", "tr") if "License" in e.text)
    assert "Proprietary" in row and "terms of its provider" in row and "missing" not in row
    assert "apache-2.0" in row


def test_a_need_is_one_request(page):
    page.addresses()
    page.open(ASKED)
    page.until(".plot svg")
    assert [address.split("/v1/")[1] for address in page.addresses() if "/recommendations" in address] == [
        "recommendations?tradeoffs=true&contributions=true"
    ]


def test_the_last_need_asked_is_the_one_answered(page, advisor):
    page.open()
    page.run(
        "location.hash = arguments[0]; setTimeout(() => { location.hash = arguments[1]; }, 5)",
        ASKED,
        "#recommend?task=clustering",
    )
    clustering = advisor.recommend({"task": "clustering"}).picks
    page.until(".card h3", clustering[0].model_id.split("/")[1])
    assert page.picks() == [pick.model_id for pick in clustering]
    assert page.problems() == []


def test_what_a_place_is_made_of_is_in_the_card(page, advisor):
    page.open(ASKED)
    page.answered()
    first = advisor.recommend(NEED, with_contributions=True).picks[0]
    place = page.one(".card .place")
    place.find_element("css selector", "summary").click()
    assert f"{first.utility:+.2f}" in place.text and "In all" in place.text
    assert place.text.count("\n") == len(first.contributions) + 2
    assert page.problems() == []


def test_smaller_models_are_in_the_card(page, advisor):
    page.open("#recommend?task=image-classification")
    page.answered()
    first = advisor.recommend({"task": "image-classification"}).picks[0].smaller[0]
    opened = page.one(".card .smaller")
    opened.find_element("css selector", "summary").click()
    assert f"{first.model_id} (same series" in opened.text and f"{first.kept.value:.1f}" in opened.text
    assert page.problems() == []


def test_what_quantisation_costs_is_in_the_card(page):
    page.open("#recommend?task=chat&hardware=RTX+4090&candidates=Qwen%2FQwen3-32B")
    page.answered()
    assert "Lost to quantisation" in page.one(".card").text and "models run both ways" in page.one(".card").text
    page.open("#recommend?task=chat&candidates=Qwen%2FQwen3-32B")
    page.answered()
    assert "Lost to quantisation" not in page.one(".card").text


def test_what_each_limit_costs_is_told_on_demand(page, advisor):
    page.open(f"{ASKED}&max_params=1000000000")
    page.until(".changes button").click()
    first = page.until(".changes li")
    change = advisor.recommend(NEED | {"max_params": 1_000_000_000}, what_if=True).what_would_change[0]
    assert change.model_id in first.text and change.has in first.text
    assert f"{change.expected_quality:.1f} expected instead of {change.first_quality:.1f}" in first.text
    first.find_element("css selector", "button").click()
    page.until(".card h3", change.model_id)


def test_errors_stand_at_their_fields(page):
    page.open("#recommend?description=search&hardware=RTX+49000&use.territory=Germany&max_params=many")
    page.until(".error")
    wrong = [e.get_attribute("name") for e in page.all("[aria-invalid=true]")]
    assert set(wrong) >= {"use.territory", "max_params"}
    assert page.run("return document.activeElement.name") in wrong
    assert all(e.is_displayed() for e in page.all("[aria-invalid=true]"))
    page.open("#recommend?description=search&hardware=RTX+49000")
    page.until(".error .chip").click()
    page.answered()


def test_an_unknown_name_is_told_beside_what_else_is_wrong_and_what_would_be_right(page):
    page.open("#recommend?description=search&hardware=nonsense&top_k=0&max_params=1,50,000&licenses_allow=apach")
    page.until(".error")
    told = {
        page.run("return arguments[0].closest('.field').querySelector('[name]').name", error): error.text
        for error in page.all(".error")
        if error.is_displayed()
    }
    assert told["hardware"].startswith("unknown hardware 'nonsense'; expected a device, as in RTX 4090")
    assert "GET " not in told["hardware"]
    assert told["top_k"] == "0 is too small; expected a whole number from 1 to 100"
    assert told["max_params"].endswith('expected a number such as 7000000000 or "7B"')
    assert told["licenses_allow"].split("\n") == ["unknown license 'apach'; did you mean", "apache-2.0"]


NUMBERS = {
    "1,500": 1500, "1,234,567.8": 1234567.8, "10,5": 10.5, "0,125": 0.125, "1500,25": 1500.25, "1,5B": 1.5e9,
    "20k": 20000, "10.5": 10.5, "-3": -3, "1,50,000": None, "1,5,0": None, "1.500,5": None, ",5": None, "5,": None,
    "1.2.3": None, "many": None, "": None,
}  # fmt: skip
"""What is written, and the number that it is."""


def test_numbers_are_read_as_they_are_written(page):
    page.open()
    script = """
        const [texts, done] = arguments;
        import('/page/js/words.js').then(({ parseCount }) => done(texts.map(parseCount)));
    """
    assert page.driver.execute_async_script(script, list(NUMBERS)) == list(NUMBERS.values())
    page.open("#recommend?task=retrieval&languages=de&max_memory_gib=1,5")
    page.answered()
    assert page.run("return document.querySelector('[name=max_memory_gib]').value") == "1.5"
    page.open("#recommend?task=retrieval&max_memory_gib=Infinity")
    assert "is the text 'Infinity'" in page.until(".error").text


def test_no_maker_of_a_described_device_is_chosen_beforehand(page):
    page.open("#recommend?task=chat&hardware.kind=gpu&hardware.memory_gib=24")
    page.answered()
    maker = "document.querySelector('select[name=\\'hardware.vendor\\']')"
    assert page.run(f"return {maker}.selectedOptions[0].textContent") == "not known, or another"
    assert "other" not in page.run(f"return [...{maker}.options].map((option) => option.value)")
    page.open("#recommend?task=chat&hardware.kind=gpu&hardware.memory_gib=24&hardware.vendor=nvidia")
    page.answered()
    assert page.run(f"return {maker}.value") == "nvidia"


def test_nothing_asked_is_told_at_the_sentence(page):
    page.open()
    page.one("button.main").click()
    assert "one sentence is enough" in page.until(".error").text
    assert page.run("return document.activeElement.name") == "description"


def test_a_server_that_cannot_be_reached_is_told_and_asked_again(page):
    page.open()
    page.run("window.kept = window.fetch; window.fetch = () => Promise.reject(new TypeError('offline'))")
    page.one("textarea[name=description]").send_keys(SENTENCE)
    page.one("button.main").click()
    again = page.until(".alert button", "Try again")
    page.run("window.fetch = window.kept")
    again.click()
    page.answered()


def test_what_the_form_does_not_know_is_told_not_lost(page):
    page.open("#recommend?description=search&langauges=de")
    assert "langauges" in page.until(".alert").text


def test_every_field_of_the_service_is_in_the_form(page, client):
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    page.open()
    names = {e.get_attribute("name") for e in page.all(".recommend [name]")}
    nested = {"data": "DataProfile", "use": "LicenseUse", "priorities": "Priorities"}
    wanted = {f"{at}.{field}" for at, name in nested.items() for field in schemas[name]["properties"]}
    wanted |= set(schemas["Requirements"]["properties"]) - set(nested)
    assert wanted <= names
    assert {"hardware.kind", "hardware.memory_gib", "hardware.memory_bandwidth_gb_s"} <= names


def test_an_address_is_the_whole_spec(page, advisor):
    page.open()
    page.run("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    page.one("textarea[name=description]").send_keys("chat with our customers")
    page.one("[name=languages]").send_keys("German", Keys.ENTER, "en", Keys.ENTER)
    page.one("[name=max_params]").send_keys("8B")
    page.one("[name='use.monthly_active_users']").send_keys("20k")
    page.run("document.querySelector('[name=\"use.commercial\"][value=true]').click()")
    page.one("[name='use.distribution']").send_keys("saas")
    page.one("button.main").click()
    page.answered()
    address = page.run("return location.hash")
    page.open(address)
    page.answered()
    spec = {
        "description": "chat with our customers",
        "languages": ["German", "en"],
        "max_params": 8_000_000_000,
        "use": {"commercial": True, "monthly_active_users": 20_000, "distribution": "saas"},
    }
    assert page.picks() == [pick.model_id for pick in advisor.recommend(spec).picks]
    assert page.run("return location.hash") == address


def test_suggestions_of_devices_with_the_keyboard(page):
    page.open()
    page.run("document.querySelector('[data-group=machine]').open = true")
    field = page.one("[name=hardware]")
    field.send_keys("2x rtx 4090")
    page.until(".options li", "RTX 4090")
    field.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    assert field.get_attribute("value").startswith("2x RTX 4090")
    assert field.get_attribute("aria-expanded") == "false"


def test_keyboard_alone_from_sentence_to_comparison(page):
    page.open()
    active = page.driver.switch_to
    page.run("document.body.focus()")
    for _ in range(12):
        page.one("body").send_keys(
            Keys.TAB
        ) if active.active_element.tag_name == "body" else active.active_element.send_keys(Keys.TAB)
        if active.active_element.get_attribute("name") == "description":
            break
    active.active_element.send_keys(SENTENCE, Keys.TAB)
    assert active.active_element.text == "Find models"
    active.active_element.send_keys(Keys.ENTER)
    page.answered()
    ticked = 0
    for _ in range(120):
        active.active_element.send_keys(Keys.TAB)
        if active.active_element.get_attribute("type") == "checkbox" and "Compare" in page.run(
            "return document.activeElement.parentElement.textContent"
        ):
            active.active_element.send_keys(Keys.SPACE)
            ticked += 1
        if ticked >= 2 and "side by side" in active.active_element.text:
            break
    assert ticked >= 2
    active.active_element.send_keys(Keys.ENTER)
    page.until(".side-by-side")
    assert len(page.all(".side-by-side thead th")) == ticked


def test_license_check(page):
    page.open("#license")
    page.one("[name=license_or_model]").send_keys("cc-by-nc-4.0")
    page.run("document.querySelector('.license [name=\"use.commercial\"][value=true]').click()")
    page.one(".license button.main").click()
    card = page.until(".verdict-card")
    assert "Needs a separate license" in card.text and "cc-by-nc-4.0" in card.text


def test_comparison_shows_the_first_benchmarks_then_all(page, advisor):
    page.open(VIEWS["compare"])
    button = page.until(".side-by-side .section button", "Show all")
    shared = advisor.compare(["BAAI/bge-m3", "intfloat/multilingual-e5-large"]).benchmarks
    button.click()
    assert len(page.all(".side-by-side tbody:last-child tr")) == 1 + len(shared)


def test_a_misspelt_model_of_a_comparison_is_replaced_with_one_click(page):
    page.open("#compare?model=BAAI/bge-m3&model=intfloat/multilingual-e5-lage")
    page.until(".alert .chip", "multilingual-e5-large").click()
    page.until(".side-by-side")
    assert page.one(".side-by-side thead th").text == "BAAI/bge-m3"


def test_an_unknown_model_is_told_with_the_closest(page):
    page.open("#license?name=Qwen/Qwen2.5-7B-Instrukt")
    page.until(".error .chip", "Qwen").click()
    page.until(".verdict-card")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 380)])
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_accessible_and_fits_its_window(page, view, scheme, width):
    axe = pytest.importorskip("axe_core_python", reason="axe-core-python is not installed (extra dev)")
    page.open(VIEWS[view], width=width, scheme=scheme)
    page.until(DONE[view])
    assert page.overflow() <= 0
    page.run("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    assert page.overflow() <= 0
    page.run(resources.files(axe).joinpath("axe.min.js").read_text())
    found = page.driver.execute_async_script("axe.run().then(arguments[0])")["violations"]
    assert [(rule["id"], rule["impact"], [node["html"][:120] for node in rule["nodes"]][:3]) for rule in found] == []


def test_dark_and_light_differ(page):
    colors = [
        page.open(scheme=scheme).run("return getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    ]
    assert colors[0] != colors[1]


@pytest.mark.parametrize(
    "asked",
    [
        ASKED,
        "#recommend?task=retrieval&languages=de&max_params=1000000",
        f"#recommend?description={'search+our+archive+of+German+legal+contracts+' * 30}&hardware=L4&top_k=10",
    ],
    ids=["plain", "small", "long"],
)
def test_the_sheet_is_one_page(page, asked):
    page.open(asked)
    page.answered()
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", page.printed())) == 1


def test_nothing_comes_from_another_host(page, server):
    page.addresses()
    for view, fragment in VIEWS.items():
        page.open(fragment)
        page.until(DONE[view])
    asked = page.addresses()
    assert len(asked) > 30
    assert [address for address in asked if not address.startswith(f"{server.url}/")] == []
    assert page.problems() == []


def test_a_server_with_keys_asks_for_one(driver, start_server):
    secret, entry = new_key("page", Scope.RUN)
    page = browser.Page(driver, start_server(ADVISOR_API_KEYS=entry).url).open(ASKED)
    page.until("dialog[open] input").send_keys("wrong", Keys.ENTER)
    page.until("dialog[open]", "does not know")
    page.one("dialog input").send_keys(secret, Keys.ENTER)
    page.answered()
    assert secret not in page.run("return location.href + JSON.stringify(localStorage) + document.cookie")
    driver.get_log("browser")
