"""Proxies and private authorities: every connection takes them, and none to this machine does."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from helpers.authority import Authority
from helpers.forward_proxy import ForwardProxy
from helpers.program import Program

# A host that is nobody's: only the proxy knows it.
HOST = "cloud.example"
KEYS = {"AWS_ACCESS_KEY_ID": "111111111111", "AWS_SECRET_ACCESS_KEY": "secret"}
SECRET = "ana:hid%2Fden"


@pytest.fixture
def authority(tmp_path):
    """An authority that only who is told to trusts."""
    return Authority(tmp_path)


@pytest.fixture
def proxy(authority, cloud):
    """A proxy that finds the local cloud at `HOST`."""
    proxy = ForwardProxy(authority, user="ana:hid/den")
    proxy.hosts[HOST] = cloud.port
    yield proxy
    proxy.stop()


@pytest.fixture
def mysfits(tmp_path):
    """`mysfits` with keys."""
    return Program(tmp_path / "home", AWS_REGION="eu-west-1", **KEYS)


def address(proxy):
    """The proxy's, with its password."""
    return f"http://{SECRET}@127.0.0.1:{proxy.port}"


def is_silent(ended):
    """Nothing that it wrote has the password."""
    assert "hid" not in ended.out + ended.err
    return ended


def test_the_lab_comes_and_goes_through_a_proxy_with_a_private_authority(
    mysfits, proxy, authority, backend
):
    """Every call and the check of the API go through the tunnel; registry and balancer do not."""
    lab = Program(
        mysfits.home,
        *mysfits.command,
        "--endpoint-url",
        f"https://{HOST}",
        AWS_REGION="eu-west-1",
        HTTPS_PROXY=address(proxy),
        HTTP_PROXY=address(proxy),
        AWS_CA_BUNDLE=authority.path,
        MYSFITS_SERVICE_BINARY=backend,
        **KEYS,
    )
    is_silent(lab.run("deploy", "all", "--yes").expect(0))
    # A proxy that lets AWS through, but not the API: it is not the API that is wrong.
    cloud = proxy.hosts[HOST]
    proxy.hosts[HOST] = lambda asked: (
        (403, {}, b"blocked") if "/_execute-api/" in asked.path else proxy.forward(cloud, asked)
    )
    status = lab.run("status", "part-4").expect(0)
    assert "the proxy answers for the API with status 403" in status.out
    proxy.hosts[HOST] = cloud
    is_silent(lab.run("cleanup", "all", "--yes").expect(0))
    assert {line for line in proxy.lines} == {f"CONNECT {HOST}:443"}
    assert all(asked.tunnelled for asked in proxy.asked)
    paths = [asked.path for asked in proxy.asked]
    assert any("/mysfits/nobody/like" in path for path in paths)
    assert not any(path.startswith("/v2/") for path in paths)


def test_part_1_goes_through_a_proxy_unencrypted(mysfits, proxy):
    """An `http://` endpoint is asked for in absolute form."""
    flags = ("--endpoint-url", f"http://{HOST}", "--insecure-endpoint", "--yes")
    for command in ("deploy", "cleanup"):
        is_silent(mysfits.run(command, "part-1", *flags, HTTP_PROXY=address(proxy)).expect(0))
    assert proxy.lines and all(f" http://{HOST}/" in line for line in proxy.lines)
    assert {asked.key for asked in proxy.asked} == {"111111111111"}


@pytest.mark.parametrize("names", [("https_proxy", "HTTPS_PROXY"), ("HTTPS_PROXY",)])
def test_a_variable_in_lower_case_wins(mysfits, proxy, authority, names):
    """As for curl and the AWS CLI."""
    wrong = {"HTTPS_PROXY": "http://127.0.0.1:9"}
    proxies = wrong | {names[0]: address(proxy)}
    status = ("status", "part-1", "--endpoint-url", f"https://{HOST}")
    mysfits.run(*status, AWS_CA_BUNDLE=str(authority.path), **proxies).expect(0)
    assert proxy.lines


def test_an_empty_variable_in_lower_case_takes_the_other_back(mysfits, cloud, proxy):
    """Without a proxy, `HOST` is unknown."""
    status = ("status", "part-1", "--endpoint-url", f"http://{HOST}", "--insecure-endpoint")
    ended = mysfits.run(*status, HTTP_PROXY=address(proxy), http_proxy="")
    assert ended.code == 1 and "MYS014" in ended.err
    assert proxy.lines == []


def test_hosts_in_no_proxy_are_not_asked_for(mysfits, proxy):
    """By name, by domain, in a list. All at once: each tries again until it gives up."""
    status = ("status", "part-1", "--endpoint-url", f"http://{HOST}", "--insecure-endpoint")

    def without(listed):
        return listed, mysfits.run(*status, HTTP_PROXY=address(proxy), NO_PROXY=listed)

    lists = [HOST, f".{HOST}", "example", "other, " + HOST, "*"]
    with ThreadPoolExecutor(len(lists)) as pool:
        for listed, ended in pool.map(without, lists):
            assert ended.code == 1 and "MYS014" in ended.err, (listed, ended)
    assert proxy.lines == []


def test_this_machine_is_never_asked_of_a_proxy(mysfits, proxy, cloud, program_for, backend):
    """Neither as an endpoint nor as the local cloud, and a broken bundle is nobody's business there."""
    proxies = {"HTTP_PROXY": address(proxy), "HTTPS_PROXY": address(proxy)}
    mysfits.run("status", "part-1", "--endpoint-url", cloud.url, **proxies).expect(0)
    mysfits.run("status", "part-1", "--endpoint-url", f"http://localhost:{cloud.port}", **proxies).expect(0)
    local = program_for(cloud)
    broken = {"AWS_CA_BUNDLE": "/there/is/none.pem", "MYSFITS_SERVICE_BINARY": str(backend)}
    local.run("deploy", "part-3", "--local", "--yes", **proxies, **broken).expect(0)
    local.run("cleanup", "all", "--local", "--yes", **proxies, **broken).expect(0)
    assert proxy.lines == []


def test_a_private_authority_is_trusted_only_when_it_is_named(mysfits, proxy, authority, tmp_path):
    """By the variable or by the profile; the variable wins."""
    status = ("status", "part-1", "--endpoint-url", f"https://{HOST}")
    proxies = {"HTTPS_PROXY": address(proxy)}
    untrusted = is_silent(mysfits.run(*status, **proxies))
    assert untrusted.code == 1 and "MYS014" in untrusted.err, untrusted.err
    assert "certificate" in untrusted.err and "AWS_CA_BUNDLE" in untrusted.err, untrusted.err
    assert proxy.asked == []
    config = tmp_path / "config"
    config.write_text(f"[default]\nca_bundle = {authority.path}\n")
    mysfits.run(*status, AWS_CONFIG_FILE=str(config), **proxies).expect(0)
    config.write_text("[default]\nca_bundle = /there/is/none.pem\n")
    named = {"AWS_CA_BUNDLE": str(authority.path), "AWS_CONFIG_FILE": str(config)}
    mysfits.run(*status, **named, **proxies).expect(0)


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_bundle_that_cannot_be_used_is_named(mysfits, tmp_path, content):
    """Before anything is sent."""
    bundle = tmp_path / "campus.pem"
    if content is not None:
        bundle.write_text(content)
    ended = mysfits.run("status", "--endpoint-url", f"https://{HOST}", AWS_CA_BUNDLE=str(bundle))
    assert ended.code == 2 and "MYS018" in ended.err
    assert str(bundle) in ended.err and "AWS_CA_BUNDLE" in ended.err


@pytest.mark.parametrize("value", ["socks5://ana:hidden@127.0.0.1:1", "http://ana:hid/den@h:1"])
def test_an_address_that_is_no_proxy_is_named_without_its_password(mysfits, value):
    """The variable is named, not its value."""
    ended = is_silent(mysfits.run("status", "--endpoint-url", f"https://{HOST}", HTTPS_PROXY=value))
    assert ended.code == 2 and "MYS018" in ended.err and "HTTPS_PROXY" in ended.err


def test_a_proxy_that_refuses_is_told(mysfits, proxy):
    """Its refusal is not AWS's."""

    def refused(user):
        proxies = {"HTTPS_PROXY": f"http://{user}127.0.0.1:{proxy.port}"}
        return mysfits.run("status", "--endpoint-url", f"https://{HOST}", **proxies)

    with ThreadPoolExecutor(2) as pool:
        for ended in pool.map(refused, ["", "ana:wrong@"]):
            assert ended.code == 1 and "MYS014" in ended.err
            assert "proxy" in ended.err.lower() and "wrong" not in ended.err


def test_where_it_works_is_said_once_in_every_format(mysfits, cloud):
    """Account, region and identity: for people on standard error, for programs as a line."""
    status = ("status", "part-1", "--endpoint-url", cloud.url)
    shown = mysfits.run(*status).expect(0).err
    assert shown.count("account 111111111111 in eu-west-1") == 1 and "as `" in shown
    lines = mysfits.run(*status, "--output", "json").expect(0).out.splitlines()
    places = [line for line in map(json.loads, lines) if line["type"] == "place"]
    assert len(places) == 1
    assert (places[0]["account"], places[0]["region"]) == ("111111111111", "eu-west-1")
    assert places[0]["identity"].startswith("arn:aws:")
    assert mysfits.run(*status, "--quiet").expect(0).err == ""
