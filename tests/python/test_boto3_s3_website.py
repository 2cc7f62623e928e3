"""The website endpoint of the local cloud, as a browser sees it."""

import pytest

from helpers import web
from helpers.aws import create_bucket, make_public, refused

BUCKET = "mysfits-of-anna"
PAGES = {
    "index.html": ("text/html; charset=utf-8", b"<h1>Mysfits"),
    "error.html": ("text/html", b"<h1>Lost"),
    "docs/index.html": ("text/html", b"<h1>Docs"),
    "css/site.css": ("text/css", b"body{}"),
    "images/dragon.svg": ("image/svg+xml", b"<svg/>"),
    "js/main.js": ("text/javascript", b"1"),
    "mysfits.json": ("application/json", b"[]"),
    "a b/ä.txt": ("text/plain; charset=utf-8", b"umlaut"),
}
WEBSITE = {"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "error.html"}}


@pytest.fixture
def site(s3):
    """A public website."""
    create_bucket(s3, BUCKET)
    for key, (content_type, body) in PAGES.items():
        s3.put_object(Bucket=BUCKET, Key=key, Body=body, ContentType=content_type)
    s3.put_bucket_website(Bucket=BUCKET, WebsiteConfiguration=WEBSITE)
    make_public(s3, BUCKET)
    return BUCKET


@pytest.fixture(params=["by host", "by path"])
def url(request, cloud, site):
    """The two addresses of the website: a host of its own, and a path that needs no names."""
    if request.param == "by host":
        return lambda path: cloud.website(site, path)
    return lambda path: f"{cloud.url}/_website/{site}{path}"


def test_the_configuration(s3):
    """There is none at first; it comes back as it was set; it can be deleted.

    Row: s3 GetBucketWebsite unset -> NoSuchWebsiteConfiguration
    Row: s3 GetBucketWebsite
    Row: s3 PutBucketWebsite
    """
    create_bucket(s3, BUCKET)
    with refused("NoSuchWebsiteConfiguration"):
        s3.get_bucket_website(Bucket=BUCKET)
    s3.put_bucket_website(Bucket=BUCKET, WebsiteConfiguration=WEBSITE)
    found = s3.get_bucket_website(Bucket=BUCKET)
    assert {name: found[name] for name in WEBSITE} == WEBSITE
    s3.delete_bucket_website(Bucket=BUCKET)
    with refused("NoSuchWebsiteConfiguration"):
        s3.get_bucket_website(Bucket=BUCKET)


@pytest.mark.parametrize("key", PAGES)
def test_pages_have_their_types(url, key):
    """Every object with its content type.

    Row: s3 DATA website content-type
    """
    path = key.replace(" ", "%20").replace("ä", "%C3%A4")
    page = web.get(url(f"/{path}"))
    assert (page.status, page.content_type, page.body) == (200, *PAGES[key])


def test_folders_have_an_index(url):
    """The index document at the root and in a sub-folder, also with a query.

    Row: s3 DATA website endpoint serves index document
    Row: s3 DATA website subfolder index
    """
    assert web.get(url("/")).body == b"<h1>Mysfits"
    assert web.get(url("/?part=1")).body == b"<h1>Mysfits"
    assert web.get(url("/docs/")).body == b"<h1>Docs"


def test_a_folder_without_its_slash(url):
    """A redirect to the folder, against which the links of its page work."""
    page = web.get(url("/docs"))
    assert page.status == 302
    assert page.headers["location"].endswith("docs/")


def test_a_head_has_no_body(url):
    """The same headers as a GET."""
    page = web.request("HEAD", url("/css/site.css"))
    assert (page.status, page.content_type, page.body) == (200, "text/css", b"")
    assert page.headers["content-length"] == "6"


def test_the_error_document(url, s3, site):
    """A missing page shows it: with 404 to those who may list, else with 403.

    Row: s3 DATA website error document 404
    """
    page = web.get(url("/missing.html"))
    assert (page.status, page.content_type, page.body) == (403, *PAGES["error.html"])
    make_public(s3, site, "s3:GetObject", "s3:ListBucket")
    page = web.get(url("/missing.html"))
    assert (page.status, page.content_type, page.body) == (404, *PAGES["error.html"])
    assert web.get(url("/images/")).status == 404


def test_without_an_error_document(url, s3, site):
    """S3's own page, which names the code."""
    website = {"IndexDocument": WEBSITE["IndexDocument"]}
    s3.put_bucket_website(Bucket=site, WebsiteConfiguration=website)
    make_public(s3, site, "s3:GetObject", "s3:ListBucket")
    page = web.get(url("/missing.html"))
    assert page.status == 404
    assert page.content_type.startswith("text/html")
    assert "NoSuchKey" in page.text


def test_without_a_policy(url, s3, site):
    """Nobody reads a site whose policy is gone: 403, and nothing of the site is in the answer.

    Row: s3 DATA website 403 when policy removed
    """
    s3.delete_bucket_policy(Bucket=site)
    for path in ["/", "/index.html", "/missing.html"]:
        page = web.get(url(path))
        assert page.status == 403
        assert "AccessDenied" in page.text
        assert "<h1>Mysfits" not in page.text


def test_no_website(cloud, s3, url, site):
    """A bucket without the configuration, and a bucket that is not there."""
    s3.delete_bucket_website(Bucket=site)
    page = web.get(url("/"))
    assert page.status == 404
    assert "NoSuchWebsiteConfiguration" in page.text
    page = web.get(cloud.website("no-such-bucket"))
    assert page.status == 404
    assert "NoSuchBucket" in page.text


def test_the_website_is_for_reading(url, s3, site):
    """Nothing is written over the website."""
    for method in ["PUT", "POST", "DELETE"]:
        assert web.request(method, url("/index.html"), b"mine").status in (403, 405)
    assert s3.get_object(Bucket=site, Key="index.html")["Body"].read() == b"<h1>Mysfits"


def test_the_path_form_without_its_slash(cloud, site):
    """`/_website/BUCKET` leads to `/_website/BUCKET/`, against which the site's links work."""
    page = web.get(f"{cloud.url}/_website/{site}")
    assert page.status in (301, 302, 307, 308)
    assert page.headers["location"].endswith(f"/_website/{site}/")
