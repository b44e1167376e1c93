"""The network between: proxies, their exceptions, and whose certificates are trusted."""

import base64
import ssl
import sys
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import truststore

from iam_tui.stores.errors import NetworkSetup, Unavailable
from iam_tui.stores.hub import ApiOrigin
from iam_tui.stores.hub.badges import look_up_badges
from iam_tui.stores.hub.certificates import trusted_certificates
from iam_tui.stores.hub.proxy import find_proxy, is_excepted
from tests.clock import FixedClock
from tests.stores.hub.acts import silence
from tests.stores.hub.conftest import QUICK, HubStores
from tests.stores.hub.fake_hub import FakeHub
from tests.stores.hub.network import HOST, PEM, Proxy, tls

VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir")
NEEDS_PASSWORD = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
FORBIDDEN = b"HTTP/1.1 403 Blocked \x1b[31mby policy\r\nContent-Length: 0\r\n\r\n"
HASHED_NAME = "4214ab45.0"
"""What `openssl x509 -hash` says of the certificate of `hub.test`."""


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is set about the network."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
async def secure_hub(clock: FixedClock) -> AsyncIterator[FakeHub]:
    """A Hub that speaks TLS as `hub.test`."""
    made = FakeHub(clock)
    await made.start(tls())
    yield made
    await made.stop()


async def test_through_a_proxy_with_a_ca_of_the_network(
    hub_stores: HubStores, secure_hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its password goes to the proxy, and the token only through the tunnel."""
    async with Proxy(secure_hub.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://us%40er:p%3Aw@{proxy.address}")
        monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
        store = await hub_stores.open(url=HOST)
        assert (await store.organization_state("acme")).organization.name == "acme"
    assert all(one.startswith(b"CONNECT hub.test:443 HTTP/1.1\r\n") for one in proxy.requests)
    assert base64.b64encode(b"us@er:p:w") in proxy.requests[0]
    assert not any(b"Bearer" in one for one in proxy.requests)


@pytest.mark.parametrize("login", ["", "olivia:S3cret@"])
async def test_a_407_is_sent_once_and_names_the_proxy(
    hub_stores: HubStores, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    async with Proxy(answer=NEEDS_PASSWORD) as proxy:
        monkeypatch.setenv("https_proxy", f"http://{login}{proxy.address}")
        words = "did not accept its user name and password" if login else "wants a password"
        with pytest.raises(Unavailable) as error:
            await hub_stores.open(url=HOST)
        assert len(proxy.requests) == 1
    assert str(error.value) == f"The proxy http://{proxy.address} (https_proxy) {words} (status 407)."
    assert error.value.meaning == "Nothing was sent."
    assert "S3cret" not in f"{error.value!r}{error.value.advice}"


async def test_a_hanging_proxy_is_told_within_its_time_to_connect(
    hub_stores: HubStores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the connection and never answers; that is not tried again."""
    async with Proxy(silent=True) as proxy:
        monkeypatch.setenv("https_proxy", proxy.address)
        limits = QUICK._replace(connect=0.2, read=500, total=500)
        with pytest.raises(Unavailable, match=r"The proxy .* \(https_proxy\) does not respond\.$") as error:
            await hub_stores.open(url=HOST, limits=limits)
        assert len(proxy.requests) == 1
    assert "NO_PROXY" in error.value.advice
    assert hub_stores.slept == []


async def test_a_slow_answer_behind_a_proxy_has_the_time_of_any_answer(
    hub_stores: HubStores, secure_hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The short time is for connecting alone."""
    async with Proxy(secure_hub.port) as proxy:
        monkeypatch.setenv("https_proxy", proxy.address)
        monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
        store = await hub_stores.open(url=HOST, limits=QUICK._replace(connect=5, read=0.3))
        secure_hub.always["GET /v2/orgs/acme/members"] = silence
        with pytest.raises(Unavailable, match="stopped responding when reading the people of acme"):
            await store.members("acme")


async def test_a_proxy_that_refuses_is_quoted(hub_stores: HubStores, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Proxy(answer=FORBIDDEN) as proxy:
        monkeypatch.setenv("https_proxy", proxy.address)
        with pytest.raises(Unavailable, match=r"refused to connect to https://hub\.test: 403") as error:
            await hub_stores.open(url=HOST)
    assert "\x1b" not in str(error.value)


async def test_a_proxy_that_is_not_there_is_named(
    hub_stores: HubStores, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Proxy() as proxy:
        pass
    monkeypatch.setenv("ALL_PROXY", f"http://a:S3cret@{proxy.address}")
    with pytest.raises(Unavailable) as error:
        await hub_stores.open(url=HOST)
    assert f"The proxy http://{proxy.address} (ALL_PROXY) cannot be reached" in str(error.value)
    assert "S3cret" not in str(error.value)


async def test_cached_data_after_an_error_says_which_error(
    hub_stores: HubStores, secure_hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    async with Proxy(secure_hub.port) as proxy:
        monkeypatch.setenv("https_proxy", proxy.address)
        await (await hub_stores.open(url=HOST)).organization_state("acme")
    async with Proxy(answer=NEEDS_PASSWORD) as proxy:
        monkeypatch.setenv("https_proxy", proxy.address)
        store = await hub_stores.open(url=HOST)
        listed = [state async for batch in store.organizations() for state in batch]
        for state in (*listed, await store.organization_state("acme")):
            assert state.as_of is not None
            assert state.error is not None
            assert "status 407" in state.error.detail


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("socks://proxy:1080", r"ALL_PROXY names a SOCKS proxy \(socks://\)"),
        ("socks5h://u:S3cret@proxy:1080", r"ALL_PROXY names a SOCKS proxy \(socks5h://\)"),
        ("SOCKS5://proxy", "ALL_PROXY names a SOCKS proxy"),
        ("ftp://proxy", r"ALL_PROXY names a proxy of an unknown kind \(ftp://\)"),
        ("http://u:S3#cret@proxy:3128", "ALL_PROXY is not a valid proxy URL"),
        ("http://u:S3/cret@proxy:3128", "ALL_PROXY is not a valid proxy URL"),
        ("http://u:12/S3cret@proxy:3128", "ALL_PROXY is not a valid proxy URL"),
        ("http://u:S3crét@proxy:3128", "ALL_PROXY is not a valid proxy URL"),
        ("http://proxy:port", "ALL_PROXY is not a valid proxy URL"),
        ("http://[::1", "ALL_PROXY is not a valid proxy URL"),
        ("http://", "ALL_PROXY is not a valid proxy URL"),
        ("://", "ALL_PROXY is not a valid proxy URL"),
        ("proxy host:80", "ALL_PROXY is not a valid proxy URL"),
        (r"DOMAIN\user:S3cret@proxy:80", "ALL_PROXY is not a valid proxy URL"),
    ],
)
async def test_a_proxy_setting_that_cannot_be_used_names_the_variable(
    hub_stores: HubStores, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, value: str, words: str
) -> None:
    """For a store, and for a lookup, which raises nothing."""
    monkeypatch.setenv("ALL_PROXY", value)
    with pytest.raises(NetworkSetup, match=words) as error:
        await hub_stores.open(url=HOST)
    found = await look_up_badges(["grafana"], ApiOrigin.parse(HOST), clock)
    assert str(found.error) == str(error.value)
    assert "cret" not in str(error.value)
    assert error.value.advice


def test_a_socks_proxy_for_everything_does_not_matter_beside_one_for_https(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Desktops set both."""
    monkeypatch.setenv("all_proxy", "socks://127.0.0.1:1080/")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:8080/")
    assert str(find_proxy(ApiOrigin.parse(HOST))) == "http://127.0.0.1:8080 (https_proxy)"
    monkeypatch.setenv("NO_PROXY", "hub.test")
    assert find_proxy(ApiOrigin.parse(HOST)) is None


def test_variables_in_lower_case_come_first_and_empty_ones_switch_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "upper:1")
    monkeypatch.setenv("https_proxy", "lower:1")
    found = find_proxy(ApiOrigin.parse(HOST))
    assert found is not None
    assert (found.url, found.source) == ("http://lower:1", "https_proxy")
    monkeypatch.setenv("https_proxy", "")
    assert find_proxy(ApiOrigin.parse(HOST)) is None


def test_the_systems_settings_count_without_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """As macOS has them; here they are made up."""
    monkeypatch.setattr("iam_tui.stores.hub.proxy.getproxies", lambda: {"https": "http://corporate:3128"})
    monkeypatch.setattr("iam_tui.stores.hub.proxy.proxy_bypass", lambda host: host == "hub.internal")
    assert str(find_proxy(ApiOrigin.parse(HOST))) == "http://corporate:3128 (the system's settings)"
    assert find_proxy(ApiOrigin.parse("https://hub.internal")) is None
    assert urllib.request.getproxies() == {}


@pytest.mark.parametrize(
    ("exceptions", "url", "expected"),
    [
        ("*", HOST, True),
        ("hub.test", HOST, True),
        ("HUB.TEST", HOST, True),
        (".test", HOST, True),
        ("*.test", HOST, True),
        ("b.test", HOST, False),
        ("localhost, 127.0.0.1 ,::1,fe80::/10,10.0.0.0/8", HOST, False),
        ("[::1]:8080,[fd00::1],fd00::/8,::1/128", HOST, False),
        ("hub.test:443", HOST, True),
        ("hub.test:8443", HOST, False),
        ("https://hub.test", HOST, True),
        ("10.0.0.0/8", "https://10.1.2.3", True),
        ("10.1.2.3/8", "https://10.1.2.3", True),
        ("192.168.0.0/16", "https://10.1.2.3", False),
        ("10.1.2.3", "https://10.1.2.3:8443", True),
        ("10.1.2.3:8443", "https://10.1.2.3:8443", True),
        ("fd00::/8", "https://[fd00::7]", True),
        ("fd00::7", "https://[fd00::7]", True),
        ("[fd00::7]", "https://[fd00::7]", True),
        ("[fd00::7]:443", "https://[fd00::7]", True),
        ("[fd00::7]:444", "https://[fd00::7]", False),
        ("::", "https://[fd00::7]", False),
        ("[::1", HOST, False),
        ("300.1.1.1/99,::/999,[],//,.,:,:80,http://,*.", HOST, False),
        ("", HOST, False),
    ],
)
def test_no_proxy_with_ipv6_and_cidr(
    monkeypatch: pytest.MonkeyPatch, exceptions: str, url: str, *, expected: bool
) -> None:
    origin = ApiOrigin.parse(url)
    assert is_excepted(origin, exceptions) is expected
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", exceptions)
    assert (find_proxy(origin) is None) is expected


async def test_an_unknown_ca_says_where_to_add_it(
    hub_stores: HubStores, secure_hub: FakeHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = f"https://localhost:{secure_hub.port}"
    with pytest.raises(
        Unavailable, match=r"certificate of https://localhost:\d+ cannot be verified"
    ) as error:
        await hub_stores.open(url=url)
    assert "operating system's certificates" in error.value.advice
    assert hub_stores.slept == []
    monkeypatch.setenv("SSL_CERT_FILE", str(Path(__file__).parents[2] / "server" / "localhost.pem"))
    with pytest.raises(Unavailable, match="cannot be verified") as error:
        await hub_stores.open(url=url)
    assert "Only the certificates in SSL_CERT_FILE are trusted" in error.value.advice
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    assert (await hub_stores.open(url=url)).user == "olivia"


async def test_ssl_cert_dir_is_a_folder_of_hashed_names(
    hub_stores: HubStores, secure_hub: FakeHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Several folders may be named; those that do not exist do not matter beside one that does."""
    (tmp_path / HASHED_NAME).write_bytes(PEM.read_bytes())
    monkeypatch.setenv("SSL_CERT_DIR", f"{tmp_path / 'none'}:{tmp_path}")
    assert (await hub_stores.open(url=f"https://localhost:{secure_hub.port}")).user == "olivia"


def der() -> bytes:
    """The certificate of `hub.test` as Windows exports it."""
    text = PEM.read_text()
    return ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN CERT") :])


@pytest.mark.parametrize(
    ("content", "words", "advice"),
    [
        (None, "which does not exist", "unset it"),
        (b"", "which is empty", "unset it"),
        (b" \n", "which is empty", "unset it"),
        ("folder", "which is not a file", "unset it"),
        (der(), "which is a certificate in DER form; PEM is needed", "openssl x509 -inform der -in '"),
        (b"-----BEGIN CERTIFICATE-----\nbroken", "which has no usable certificate in PEM form", "PEM form"),
        (b"\x30\x82PKCS12", "which has no usable certificate in PEM form", "PEM form"),
    ],
)
async def test_ssl_cert_file_that_cannot_be_used_says_what_to_do(
    hub_stores: HubStores,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    content: bytes | str | None,
    words: str,
    advice: str,
) -> None:
    path = tmp_path / "our ca.cer"
    if content == "folder":
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with pytest.raises(NetworkSetup, match=words) as error:
        await hub_stores.open(url=HOST)
    assert str(error.value).startswith(f"SSL_CERT_FILE names {path}, ")
    assert advice in error.value.advice


@pytest.mark.parametrize(
    ("content", "words", "advice"),
    [
        (None, "which does not exist", "unset it"),
        ("file", "which is not a folder", "unset it"),
        ("empty", "which has no certificates under the names that OpenSSL looks for", "openssl rehash"),
        (der(), "whose certificates are not in PEM form", "openssl x509 -inform der"),
    ],
)
async def test_ssl_cert_dir_that_cannot_be_used_says_what_to_do(
    hub_stores: HubStores,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    content: bytes | str | None,
    words: str,
    advice: str,
) -> None:
    path = tmp_path / "certificates"
    if content == "file":
        path.touch()
    elif content is not None:
        path.mkdir()
        (path / "our-ca.pem").touch()
    if isinstance(content, bytes):
        (path / HASHED_NAME).write_bytes(content)
    monkeypatch.setenv("SSL_CERT_DIR", str(path))
    with pytest.raises(NetworkSetup, match=words) as error:
        await hub_stores.open(url=HOST)
    assert str(error.value).startswith(f"SSL_CERT_DIR names {path}, ")
    assert advice in error.value.advice


def test_the_systems_store_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On macOS the system verifies; elsewhere its file is read; without any, those that httpx brings."""
    assert isinstance(trusted_certificates("darwin"), truststore.SSLContext)
    monkeypatch.setattr("iam_tui.stores.hub.certificates._SYSTEM_FILES", ())
    monkeypatch.setattr(ssl.SSLContext, "set_default_verify_paths", lambda _: None)
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: ssl.DefaultVerifyPaths(*[""] * 6))
    brought = trusted_certificates("linux")
    assert brought.cert_store_stats()["x509_ca"] > 50
    monkeypatch.setattr("iam_tui.stores.hub.certificates._SYSTEM_FILES", (str(tmp_path), str(PEM)))
    assert trusted_certificates("linux").cert_store_stats()["x509_ca"] == 1
    assert sys.platform != "win32"


def test_a_key_log_that_cannot_be_written_does_not_matter(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And keys of connections are written nowhere."""
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "missing" / "keys"))
    assert trusted_certificates().verify_mode is ssl.CERT_REQUIRED
