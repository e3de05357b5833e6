"""What has to hold for a page in a real browser, whatever is on it: it is quiet, it fits, and it can be read."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.cli.browser import Browser, Tab

PHONE: Final = 390
"""Width of a usual phone in pixels."""

_BEYOND: Final = """
[...document.body.querySelectorAll('*')].filter(each => !each.closest('svg')
  && !each.parentElement.closest('.scroll, .picture') && each.checkVisibility()
  && each.getBoundingClientRect().right > innerWidth + 0.5).map(each => each.outerHTML.slice(0, 120))
"""
"""What reaches out of the window, besides what scrolls in a frame of its own."""

_PALE: Final = """
(() => {
  const numbers = colour => colour.match(/[0-9.]+/g).map(Number);
  const light = colour => { const [r, g, b] = numbers(colour).map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = each => { for (let at = each; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor; if (numbers(colour)[3] !== 0) return colour; }
    return 'rgb(255, 255, 255)'; };
  const found = [];
  for (const each of document.body.querySelectorAll('*')) {
    if (each.closest('svg, script')) continue;
    if (![...each.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue;
    const one = light(getComputedStyle(each).color), other = light(ground(each));
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) found.push(each.textContent.trim().slice(0, 60) + ': ' + ratio.toFixed(2));
  }
  return found;
})()
"""
"""Texts that do not stand out 4.5 to 1 from what is behind them (https://www.w3.org/TR/WCAG22/#contrast-minimum)."""


def seen(browser: Browser, file: Path) -> Tab:
    """Look at a page in every way, assert what holds for all of them, and return it as a wide window shows it."""
    phone = browser.look(file, width=PHONE, height=840)
    assert phone.value("document.documentElement.scrollWidth") <= PHONE
    assert phone.value(_BEYOND) == []
    wide, dark = browser.look(file), browser.look(file, dark=True)
    for tab in (wide, dark):
        assert tab.value(_PALE) == []
    ground = "getComputedStyle(document.body).backgroundColor"
    assert dark.value(ground) != wide.value(ground)
    assert wide.requested() == []
    assert wide.complaints() == []
    return wide
