"""Files that somebody picks for a parameter of a model."""

from __future__ import annotations

from base64 import b64decode

from playwright.sync_api import expect

from mockserver.tests.page.test_run import open_form, press_run

PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def pick(panel, name):
    """Pick the picture for a parameter."""
    field = panel.locator(".field").filter(has=panel.page.get_by_label(name, exact=False))
    field.locator("input[type=file]").first.set_input_files(
        {"name": "boat.png", "mimeType": "image/png", "buffer": PNG}
    )
    return panel.get_by_label(name, exact=False).first


def test_a_picture_for_a_url_is_uploaded(open_view, server):
    """By the route for it, and the model is given its URL."""
    page, panel = open_form(open_view, "sdxl-openpose")
    field = pick(panel, "image")
    expect(page.locator("#notes")).to_contain_text("Uploaded boat.png.")
    url = field.input_value()
    assert server.ask("GET", url.removeprefix(server.url), key=None).content == PNG
    expect(press_run(panel)).to_contain_text("It is QUEUED.")
    submits = [each for each in server.list_exchanges() if each["route"] == "submit"]
    assert submits[0]["request"]["body"]["image"] == url


def test_what_cannot_be_uploaded_is_told_of(visit, open_view):
    """As the server says it."""
    visit.accepted.append("status of 500")
    page, panel = open_form(open_view, "sdxl-openpose")
    before = panel.get_by_label("image", exact=False).first.input_value()
    visit.page.route(
        "**/upload-asset", lambda route: route.fulfill(status=500, json={"error": "disk is full"})
    )
    field = pick(panel, "image")
    expect(page.locator("#notes")).to_contain_text("disk is full")
    expect(field).to_have_value(before)
