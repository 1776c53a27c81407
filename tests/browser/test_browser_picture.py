"""Pictures as a visitor sees and uses them."""

from pathlib import Path

import pytest
from visiting import Visit

PICTURES = (
    "/timeline",
    "/timeline?towards=instrument/2015-regional-framework",
    "/map?show=standards",
    "/map?show=ratification&instrument=ilo-c029",
    "/map?show=access",
    "/indicator/",
    "/around/event/2014-bangkok-seminar?depth=2",
    "/around/instrument/ilo-c102",
)
# The words of the drawing that is shown, as the browser has set them: which stand on
# others, and which stand out of the drawing.
_CROWDED = """() => {
  const drawing = [...document.querySelectorAll("svg.picture")]
    .find((one) => one.getClientRects().length);
  const frame = drawing.getBoundingClientRect();
  const words = [...drawing.querySelectorAll("text")]
    .map((one) => [one.textContent, one.getBoundingClientRect()]);
  const found = [];
  words.forEach(([text, a], n) => {
    if (a.left < frame.left || a.right > frame.right + 1 || a.bottom > frame.bottom + 1)
      found.push("out: " + text);
    for (const [other, b] of words.slice(n + 1)) {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 2 && down > 5) found.push(text + " / " + other);
    }
  });
  return found;
}"""


@pytest.mark.parametrize("path", PICTURES)
def test_no_words_stand_on_others(visit: Visit, path: str) -> None:
    page = visit(path)
    for width in (1400, 820, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(_CROWDED) == [], width


@pytest.mark.parametrize("path", ["/map", "/timeline"])
def test_one_of_two_drawings_is_shown(visit: Visit, path: str) -> None:
    page = visit(path, javascript=False)
    for width, shown in ((1400, "wide"), (820, "wide"), (390, "narrow")):
        page.set_viewport_size({"width": width, "height": 900})
        for one in ("wide", "narrow"):
            assert page.locator(f".drawing.{one}").is_visible() is (one == shown)


def test_the_map_by_keyboard(visit: Visit) -> None:
    page = visit("/map?show=coverage")
    state = page.locator(".drawing.wide svg a").first
    state.focus()
    name = str(state.get_attribute("aria-label"))
    assert name.startswith("Brunei Darussalam: ")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused.startswith("Cambodia: ")
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/state/cambodia")
    assert page.get_by_role("heading", level=1).inner_text() == "Cambodia"


def test_a_picture_is_saved_as_png(visit: Visit, tmp_path: Path) -> None:
    page = visit("/map")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as PNG").click()
    target = tmp_path / "map.png"
    waiting.value.save_as(target)
    content = target.read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) > 20_000  # it is no empty sheet
    width = int.from_bytes(content[16:20], "big")
    assert width == 2 * page.evaluate(
        "document.querySelector('.drawing.wide svg').viewBox.baseVal.width"
    )


def test_without_scripts_no_button_is_offered(visit: Visit) -> None:
    page = visit("/map", javascript=False)
    assert page.get_by_role("button", name="Save as PNG").count() == 0
    assert page.get_by_role("link", name="SVG").count() == 1


def test_filter_a_timeline(visit: Visit) -> None:
    page = visit("/timeline", javascript=False)
    page.get_by_label("instruments").uncheck()
    page.get_by_label("documents").uncheck()
    page.get_by_role("textbox", name="From").fill("2013")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_text("The same as a table").click()
    kinds = page.locator("figure table tbody tr td:nth-child(4)").all_inner_texts()
    assert kinds
    assert set(kinds) == {"event"}
    assert page.get_by_role("textbox", name="From").input_value() == "2013"


def test_from_box_to_box(visit: Visit) -> None:
    page = visit("/around/instrument/2015-regional-framework")
    page.locator(".drawing.wide").get_by_role("link", name="27th ASEAN Summit").click()
    heading = page.get_by_role("heading", level=1)
    assert heading.inner_text() == "Around 27th ASEAN Summit"
    page.go_back()
    assert heading.inner_text().startswith("Around Regional Framework")


def test_the_query_behind_a_picture_can_be_changed(visit: Visit) -> None:
    page = visit("/indicator/?area=thailand")
    page.get_by_text("The query behind this").click()
    page.get_by_role("link", name="Change it and ask again").click()
    assert page.url.startswith(visit.site.address + "/sparql?query=")
    assert "Thailand" in page.locator("table").first.inner_text()


def test_colours_follow_the_theme(visit: Visit) -> None:
    page = visit("/map")
    colours = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        colours.append(
            page.evaluate("getComputedStyle(document.querySelector('.ink')).fill")
        )
    assert colours[0] != colours[1]
