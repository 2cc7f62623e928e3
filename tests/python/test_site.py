"""The site as a visitor gets it, after `mysfits deploy part-1 --local`."""

import json
import re
from urllib.parse import urljoin

import pytest

from helpers import web
from helpers.places import WEB

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}

# How a page, a style sheet and a script name another file of the site.
REFERENCES = {
    ".html": r"""(?:href|src)=["']([^"'#]+)["']""",
    ".css": r"""url\(["']?([^"')]+)["']?\)|@import ["']([^"']+)["']""",
    ".js": r"""(?:from|import|fetch\()\s*["']([^"']+)["']""",
}


def suffix(url):
    """`.html` for a page's address, also for a folder's."""
    name = url.split("?")[0].rsplit("/", 1)[-1]
    return f".{name.rsplit('.', 1)[-1]}" if "." in name else ".html"


def references(url, text):
    """The addresses that a file names. Scripts name data relative to the page, modules to themselves."""
    pattern = REFERENCES.get(suffix(url))
    found = re.findall(pattern, text) if pattern else []
    names = {name for match in found for name in ([match] if isinstance(match, str) else match)}
    return {urljoin(url, name) for name in names if name and not name.startswith("data:")}


def crawl(start):
    """Every file of the site that can be reached from a page, by its address."""
    pages, waiting = {}, {start}
    while waiting:
        url = waiting.pop()
        pages[url] = page = web.get(url)
        if page.status == 200 and suffix(url) != ".svg":
            waiting |= references(url, page.text) - set(pages)
    return pages


@pytest.fixture
def site(mysfits):
    """The address that `deploy` printed."""
    printed = mysfits.done("deploy", "part-1", "--local")
    assert printed.count("\n") == 1
    label, url = printed.split()[:2]
    assert label == "site"
    return url if url.endswith("/") else f"{url}/"


def test_everything_the_page_names_is_there(site):
    """Styles, scripts and pictures: all 200, each with its content type, none from elsewhere."""
    pages = crawl(site) | crawl(urljoin(site, "error.html"))
    assert all(url.startswith(site) for url in pages), "something is from another host"
    wrong = {url: page.status for url, page in pages.items() if page.status != 200}
    assert wrong == {}
    for url, page in pages.items():
        assert page.content_type == TYPES[suffix(url)], url
    kinds = {suffix(url) for url in pages}
    assert kinds >= {".html", ".css", ".js", ".svg"}


def test_every_file_of_the_site_is_published(site):
    """Byte for byte as in `web/`, but for the one file with placeholders."""
    for path in (path for path in WEB.rglob("*") if path.is_file()):
        name = path.relative_to(WEB).as_posix()
        page = web.get(urljoin(site, name))
        assert (page.status, page.content_type) == (200, TYPES[path.suffix]), name
        if name != "config.js":
            assert page.body == path.read_bytes(), name


def test_the_configuration_is_filled_in(site):
    """No placeholder is left, and the values are those of this deployment."""
    config = web.get(urljoin(site, "config.js")).text
    assert "REPLACE_ME" not in config
    assert '"mysfits-000000000000-eu-west-1"' in config
    assert '"eu-west-1"' in config


def test_twelve_mysfits_with_their_pictures(site):
    """The data of part 1: twelve mysfits, and every picture that they name."""
    page = web.get(urljoin(site, "mysfits.json"))
    assert (page.status, page.content_type) == (200, "application/json")
    mysfits = json.loads(page.body)["mysfits"]
    assert len(mysfits) == len({mysfit["mysfitId"] for mysfit in mysfits}) == 12
    for mysfit in mysfits:
        for picture in ("thumbImageUri", "profileImageUri"):
            answer = web.get(urljoin(site, mysfit[picture]))
            assert (answer.status, answer.content_type) == (200, "image/svg+xml"), mysfit["name"]
            assert b"<svg" in answer.body


def test_pages_are_always_asked_for_again(site):
    """HTML is `no-cache`: nobody sees yesterday's page."""
    for name in ["", "index.html", "error.html"]:
        assert web.get(urljoin(site, name)).headers["cache-control"] == "no-cache"


def test_a_wrong_address(site):
    """The site's own error page."""
    page = web.get(urljoin(site, "no/such/page.html"))
    assert page.status in (403, 404)
    assert page.body == (WEB / "error.html").read_bytes()


def test_both_addresses_serve_the_site(site, cloud):
    """By host name, and by the path that needs no names below `.localhost`."""
    bucket = "mysfits-000000000000-eu-west-1"
    by_host = web.get(cloud.website(bucket))
    by_path = web.get(f"{cloud.url}/_website/{bucket}/")
    assert by_host.body == by_path.body == (WEB / "index.html").read_bytes()
    assert site in (cloud.website(bucket), f"{cloud.url}/_website/{bucket}/")
