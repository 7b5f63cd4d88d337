"""The page in a real browser, against the real app."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def write(page, text):
    page.get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")


def said(page, author):
    return page.locator(f".message.{author} .text")


def away(page):
    return page.locator("#status.away")


def test_a_question_is_answered_and_choices_lead_on_to_a_source(page):
    write(page, "hello")
    expect(said(page, "bot").last).to_have_text("You said: hello")
    page.locator(".message.bot").last.get_by_role("button").click()
    link = page.locator(".sources a").first
    expect(link).to_have_attribute("href", re.compile("^https://"))
    expect(page.locator(".checked").first).to_contain_text("2026")


def test_what_is_written_is_never_html(page):
    write(page, "<img src=x onerror=alert(1)><b>bold</b>")
    expect(said(page, "person")).to_have_text("<img src=x onerror=alert(1)><b>bold</b>")
    expect(said(page, "bot").last).to_contain_text("<b>bold</b>")
    assert page.locator("#log img, #log b").count() == 0


def test_a_reload_shows_the_same_conversation_once(page):
    write(page, "hello")
    expect(said(page, "bot").last).to_have_text("You said: hello")
    page.reload()
    expect(said(page, "bot").last).to_have_text("You said: hello")
    expect(said(page, "person")).to_have_count(1)


def test_two_tabs_show_the_same_conversation(page):
    write(page, "from the first")
    expect(said(page, "bot").last).to_have_text("You said: from the first")
    second = page.context.new_page()
    second.goto(page.url)
    write(second, "from the second")
    for one in (page, second):
        expect(said(one, "person")).to_have_text(["from the first", "from the second"])
        expect(said(one, "bot").last).to_have_text("You said: from the second")


def test_what_was_written_while_the_app_was_away_is_sent_once_when_it_is_back(page, app, engine):
    write(page, "before")
    expect(said(page, "bot").last).to_have_text("You said: before")
    app.stop()
    expect(away(page)).to_be_visible()
    write(page, "meanwhile")
    expect(page.locator(".unsent .state")).to_be_visible()
    app.start()
    expect(said(page, "bot").last).to_have_text("You said: meanwhile", timeout=20_000)
    expect(away(page)).to_have_count(0)
    expect(said(page, "person")).to_have_text(["before", "meanwhile"])
    assert [turn["message"] for turn in engine.turns] == ["before", "meanwhile"]


def test_an_unsent_message_survives_a_reload(page):
    write(page, "before")
    expect(said(page, "bot").last).to_have_text("You said: before")
    page.route("**/widget/messages", lambda route: route.abort())
    write(page, "meanwhile")
    expect(page.locator(".unsent")).to_have_count(1)
    page.reload()
    expect(page.locator(".unsent")).to_have_count(1)
    page.unroute("**/widget/messages")
    expect(said(page, "bot").last).to_have_text("You said: meanwhile", timeout=20_000)


def test_the_language_switch_changes_the_page_and_the_answers(page, engine):
    write(page, "hello")
    expect(said(page, "bot").last).to_have_text("You said: hello")
    page.get_by_role("button", name="Suomi").click()
    expect(page.locator("html")).to_have_attribute("lang", "fi")
    expect(page.get_by_role("button", name="Suomi")).to_be_focused()
    expect(said(page, "bot").last).to_have_attribute("lang", "fi")
    assert engine.turns[-1]["metadata"] | {"locale": None} == {
        "language": "fi", "language_chosen": True, "register": "normal", "locale": None, "channel": "widget",
        "crisis": [],
    }
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "fi")


def test_the_page_follows_the_language_that_the_person_writes_in(page, engine):
    engine.after = {"language": "sv"}
    write(page, "hej")
    expect(page.locator("html")).to_have_attribute("lang", "sv")


def test_a_line_in_arabic_runs_from_right_to_left_and_the_page_stays_in_our_language(page, engine):
    engine.after = {"other_language": "ar", "language": "en"}
    write(page, "\u0645\u0631\u062d\u0628\u0627")
    told = page.locator(".message.bot .text[lang=ar]")
    expect(told).to_have_css("direction", "rtl")
    expect(told.locator("a")).to_have_attribute("href", "https://www.infofinland.fi/ar")
    expect(told.locator("a")).not_to_contain_text("()")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(told.locator("xpath=..").get_by_role("button")).to_have_count(3)


def test_plain_language_is_one_press_away(page, engine):
    engine.after = {"register": "plain"}
    button = page.get_by_role("button", name="Easy English", exact=True)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(said(page, "bot")).to_have_count(2)
    assert engine.turns[0]["message"] == "/simpler"
    expect(button).to_have_attribute("aria-pressed", "true")  # also after what the server said in between
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")


def test_the_keyboard_is_enough(page):
    expect(said(page, "bot").first).to_be_visible()  # the page is there
    page.keyboard.press("Tab")
    expect(page.locator("#skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("first line")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("second line")
    page.keyboard.press("Enter")
    expect(said(page, "bot").last).to_contain_text("second line")
    expect(page.get_by_role("textbox")).to_be_focused()
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.closest('.choices') !== null"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".sources").first).to_be_visible()


def test_a_new_conversation_begins_only_after_a_yes(page):
    write(page, "hello")
    expect(said(page, "bot").last).to_have_text("You said: hello")
    page.get_by_role("button", name="New conversation").click()
    page.keyboard.press("Escape")
    expect(said(page, "person")).to_have_count(1)
    page.get_by_role("button", name="New conversation").click()
    page.get_by_role("button", name="Start a new one").click()
    expect(said(page, "person")).to_have_count(0)
    write(page, "again")
    expect(said(page, "person")).to_have_text(["again"])
    expect(said(page, "bot").last).to_have_text("You said: again")


def test_a_text_that_is_too_long_comes_back_to_be_shortened(page):
    write(page, "x" * 10_001)
    expect(page.get_by_role("alert")).to_contain_text("10000")
    expect(page.get_by_role("textbox")).to_have_value("x" * 10_001)
    page.complaints.clear()  # the browser notes the refusal


def test_a_conversation_that_is_gone_is_replaced(page):
    page.evaluate("localStorage.setItem('polku.token', JSON.stringify('forged.token'))")
    page.reload()
    expect(page.get_by_role("alert")).not_to_be_empty()
    write(page, "hello")
    expect(said(page, "bot").last).to_have_text("You said: hello")
    page.complaints.clear()  # the browser notes the refusal


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_of(page, language, scheme, engine):
    page.emulate_media(color_scheme=scheme)
    page.evaluate(f"localStorage.setItem('polku.language', '\"{language}\"')")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", language)
    write(page, "hello")
    expect(page.locator(".message.bot")).to_have_count(2)
    page.locator(".message.bot").last.get_by_role("button").click()
    expect(page.locator(".sources").first).to_be_visible()
    engine.die()
    write(page, "are you there?")
    expect(page.locator(".message.system")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_nothing_is_cut_off_sideways_and_targets_are_large(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    write(page, "Averylongwordwithoutanyblank" * 8)
    expect(page.locator(".message.bot")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sizes = page.evaluate(
        "[...document.querySelectorAll('button')].filter(b => b.offsetParent)"
        ".map(b => [b.offsetWidth, b.offsetHeight])"
    )
    assert all(wide >= 44 and high >= 44 for wide, high in sizes)
