"""Rows of a list that are chosen: what can be done with them comes with the first choice and covers nothing before."""

import pytest
from playwright.sync_api import expect
from windows import Opener

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("has_script", [True, False])
def test_what_can_be_done_comes_with_the_first_choice(window: Opener, has_script: bool) -> None:
    page = window("administrator", java_script_enabled=has_script).page
    page.goto("http://portal.example/postausgang")
    bar, box = page.locator(".choosing .bulk"), page.locator(".check-cell input").first
    expect(bar).to_have_count(1)
    expect(bar).not_to_be_visible()
    box.check()
    expect(bar).to_be_visible()
    expect(bar).to_be_in_viewport()
    box.uncheck()
    expect(bar).not_to_be_visible()
