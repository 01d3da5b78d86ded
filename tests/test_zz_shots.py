from tests.test_benchmarks_list_browser import *  # noqa
from tests.test_benchmarks_list_browser import alice, listed  # noqa

def test_shots(window, alice, listed):
    window.sign_in(alice)
    page = window.open("/benchmarks/")
    page.wait_for_timeout(400)
    page.screenshot(path="/tmp/list-1.png")
    page.locator("details.layout summary").click()
    page.locator("details.more summary").click()
    page.screenshot(path="/tmp/list-2.png")
    page.set_viewport_size({"width": 320, "height": 800}); page.screenshot(path="/tmp/list-3.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})
    page = window.open(f"/benchmarks/?columns={EVERY},evil&per_page=7&owner=nobody&due=30&letter=x")
    page.emulate_media(color_scheme="dark"); page.screenshot(path="/tmp/list-4.png", full_page=True)
    page.emulate_media(color_scheme="light"); page.emulate_media(media="print"); page.set_viewport_size({"width": 800, "height": 800}); page.screenshot(path="/tmp/list-5.png", full_page=True)
