"""What is wrong with a page as it stands: judged by axe-core, by its width, and by how focus is shown."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parent / "stranger" / "node_modules" / "axe-core" / "axe.min.js"
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
HAS_ERRORS = "!!document.querySelector('.govuk-error-summary')"
_UNSEEN = """() => [...document.querySelectorAll('a[href], button, input, summary, textarea, select')]
  .filter(one => one.checkVisibility() && one.type !== 'hidden')
  .filter(one => {
    one.focus()
    const marked = ['radio', 'checkbox'].includes(one.type) ? one.nextElementSibling : one
    return [one, marked].every(e => ['', '::before'].every(part => {
      const drawn = getComputedStyle(e, part)
      return drawn.outlineStyle === 'none' || parseFloat(drawn.outlineWidth) < 2
    }))
  }).map(one => one.outerHTML)"""


def unmarked(page: Page) -> list[str]:
    """Return what the keyboard reaches without a line around it that forced colours leave."""
    page.keyboard.press("Tab")  # focus is shown to whoever uses a keyboard
    return page.evaluate(_UNSEEN)


def fits(page: Page) -> bool:
    """Tell whether nothing is wider than the screen."""
    return page.evaluate(FITS)


# What of axe-core depends on how wide the screen is, beside the colours, which do not differ here.
OF_WIDTH = ("target-size", "scrollable-region-focusable", "aria-hidden-focus", "label-content-name-mismatch")
_SEEN: set[tuple[int, str, bool]] = set()  # in which way of looking, title, whether with errors
_FRAMES: set[str] = set()  # headers, lists of parts and footers that were judged
_FRAME_OF = """() => ['header', '.fp-practice', '.fp-nav', 'footer'].flatMap(part => {
  const found = document.querySelector(part)
  return found ? [[part, innerWidth + found.innerText]] : []
})"""
_AXE_OF = """([left_out, rules]) => axe.run({exclude: left_out.map(part => [part])}, {
  resultTypes: ['violations'], rules: {'target-size': {enabled: true}},
  ...(rules.length && {runOnly: {type: 'rule', values: rules}})})"""


def first_seen(how: int, title: str, errors: bool) -> bool:
    """Tell whether a page of this title is seen for the first time, in one way of looking."""
    seen = (how, title, errors)
    new = seen not in _SEEN
    _SEEN.add(seen)
    return new


def judged(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """Return what axe finds wrong with the page as it stands; what frames many pages is judged once."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    frame: list[list[str]] = page.evaluate(_FRAME_OF)
    left_out = [part for part, words in frame if words in _FRAMES]
    _FRAMES.update(words for _, words in frame if not rules)
    result: Any = page.evaluate(_AXE_OF, [left_out, rules])
    return [f"{v['id']}: {n['html']}" for v in result["violations"] for n in v["nodes"]]
