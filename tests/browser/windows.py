"""A browser window on a page of the portal, and what it can say about it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page
from portal_client import BASE_URL

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 700}
WIDER_PHONE = {"width": 390, "height": 844}

OVERFLOW = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth + 1) return [];
  const rtl = root.dir === "rtl";
  const out = [...document.body.querySelectorAll("*")].filter(element => {
    const box = element.getBoundingClientRect();
    if (!box.width || element.closest(".table-scroll, .visually-hidden")) return false;
    return rtl ? box.left < -1 : box.right > root.clientWidth + 1;
  }).map(element => `<${element.localName} class="${element.getAttribute("class") || ""}"> ` +
    `${Math.round(element.getBoundingClientRect().left)}–${Math.round(element.getBoundingClientRect().right)} ` +
    (element.textContent || "").trim().slice(0, 50));
  return [`${root.scrollWidth} > ${root.clientWidth}`, ...out.slice(0, 8)];
}"""


@dataclass
class Window:
    """A page with what the browser complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> int:
        """Go to an address of the portal; the status it answered with."""
        answer = self.page.goto(BASE_URL + path, wait_until="load")
        assert answer is not None
        return answer.status

    def settle(self) -> None:
        """Let transitions end and the layout follow."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def overflow(self) -> list[str]:
        """What makes the page scroll sideways, outermost first; empty if nothing does."""
        found: list[str] = self.page.evaluate(OVERFLOW)
        return found


Opener = Callable[..., Window]
