"""The parts that need no running server: the signing key, where to listen, tokens in the file."""

import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from iam_tui.core.errors import InvalidInput
from iam_tui.server.hosts import ServedHosts, certificate_names
from iam_tui.server.run import Certificate, listen
from iam_tui.server.signing_key import signing_key, signing_key_path
from iam_tui.stores.errors import FileReadOnly, NotFound, Unavailable
from iam_tui.stores.local import LocalFile, open_file
from iam_tui.stores.local.tokens import PersonalTokens
from tests.clock import FixedClock
from tests.server.running import ANYWHERE, fill_file

PEM = Path(__file__).with_name("localhost.pem")


@pytest.fixture
async def file(tmp_path: Path, clock: FixedClock) -> AsyncIterator[LocalFile]:
    """A file with the small organizations."""
    one = open_file(tmp_path / "w.db", clock)
    await fill_file(one)
    yield one
    await one.close()


def test_the_signing_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "signing.key"
    key = signing_key(path)
    assert len(key) == 32
    assert signing_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert signing_key(tmp_path / "other.key") != key


def test_every_file_has_a_signing_key_of_its_own(tmp_path: Path) -> None:
    """A file that is reached through a link has the key of the file itself."""
    (tmp_path / "a.db").write_bytes(b"")
    (tmp_path / "link.db").symlink_to(tmp_path / "a.db")
    assert signing_key_path(tmp_path / "a.db") == tmp_path / "a.db.signing-key"
    assert signing_key_path(tmp_path / "link.db") == tmp_path / "a.db.signing-key"
    assert signing_key_path(tmp_path / "b.db") != signing_key_path(tmp_path / "a.db")


@pytest.mark.parametrize(
    ("host", "served"),
    [
        ("localhost:8080", True),
        ("LOCALHOST", True),
        ("localhost.", True),
        ("127.0.0.1:1", True),
        ("[::1]:8080", True),
        ("[0:0:0:0:0:0:0:1]", True),
        ("iam.acme.example", True),
        ("Iam.Acme.Example:443", True),
        ("a.inner.example", True),
        ("10.0.0.5", True),
        ("inner.example", False),
        ("a.b.inner.example", False),
        ("evil.example", False),
        ("iam.acme.example.evil.example", False),
        ("10.0.0.50", False),
        ("", False),
        ("iam.acme.example:80:80", False),
        ("user@localhost", False),
        ("localhost/../evil", False),
        ("*.inner.example", False),
    ],
)
def test_only_the_names_that_are_served_count(host: str, served: bool) -> None:
    hosts = ServedHosts(["iam.acme.example", "*.inner.example", "10.0.0.5"])
    assert hosts.serves(host) is served


@pytest.mark.parametrize("name", ["http://a.example", "a.example:80", "a b", ""])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="is not a host name"):
        ServedHosts([name])


def test_the_names_of_a_certificate_are_served() -> None:
    assert certificate_names(PEM) == ["localhost", "127.0.0.1"]


def test_a_file_that_is_no_certificate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_text("nothing")
    with pytest.raises(InvalidInput, match="cannot be used"):
        certificate_names(tmp_path / "c.pem")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_signing_key_open_to_others_is_not_used(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "signing.key"
    signing_key(path)
    path.chmod(mode)
    with pytest.raises(InvalidInput, match=f"{mode:04o}"):
        signing_key(path)


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_file_that_is_not_a_signing_key_is_not_used(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "signing.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(InvalidInput, match="not a signing key"):
        signing_key(path)


def test_a_signing_key_that_cannot_be_made_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileReadOnly, match="file"):
        signing_key(tmp_path / "file" / "signing.key")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.9.9.9"])
def test_loopback_needs_no_certificate(host: str) -> None:
    listener = listen(host, 0)
    with listener.socket:
        address, port = listener.socket.getsockname()[:2]
        assert listener.url == f"http://{f'[{address}]' if ':' in address else address}:{port}"
        assert port > 0


def test_any_other_address_needs_one_or_insecure() -> None:
    with pytest.raises(InvalidInput, match="unencrypted") as raised:
        listen(ANYWHERE, 0)
    assert "--tls-cert" in raised.value.advice
    assert "--insecure-bind" in raised.value.advice


def test_with_either_it_listens_anywhere() -> None:
    for listener in (
        listen(ANYWHERE, 0, insecure=True),
        listen(ANYWHERE, 0, Certificate(Path("c"), Path("k"))),
    ):
        with listener.socket:
            assert listener.socket.getsockname()[0] == ANYWHERE
    assert listener.url.startswith("https://")


def test_answers_do_not_wait_to_be_sent() -> None:
    """A connection that buffers what it sends delays every response by 40 ms."""
    listener = listen("127.0.0.1", 0)
    with listener.socket, socket.create_connection(listener.socket.getsockname()):
        accepted, _ = listener.socket.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_in_use_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Unavailable, match="port"):
        listen("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("host", ["no such host", "256.1.1.1", "a" * 300])
def test_an_unusable_address_is_an_error(host: str) -> None:
    with pytest.raises(InvalidInput, match="not an address"):
        listen(host, 0)


async def test_tokens_are_listed_without_their_secrets(file: LocalFile, clock: FixedClock) -> None:
    tokens = PersonalTokens(file)
    first = clock.now
    clock.advance(days=1)
    made, secret = await tokens.create("max")
    listed = await tokens.all()
    assert [one.user for one in listed] == ["eddy", "max", "max", "olivia", "omar", "zoe"]
    assert listed[2] == made
    assert (listed[1].created_at, made.created_at) == (first, clock.now)
    assert secret not in repr(listed)


async def test_a_token_needs_a_user_of_the_file(file: LocalFile) -> None:
    with pytest.raises(NotFound, match="nobody"):
        await PersonalTokens(file).create("nobody")


async def test_a_revoked_token_is_gone_and_the_others_are_not(file: LocalFile) -> None:
    tokens = PersonalTokens(file)
    made, secret = await tokens.create("max")
    assert await tokens.id_of("max", secret) == made.id
    assert await tokens.revoke(made.id) == "max"
    assert await tokens.id_of("max", secret) is None
    assert not await tokens.is_active(made.id, "max")
    assert len(await tokens.all()) == 5
    with pytest.raises(NotFound, match=made.id):
        await tokens.revoke(made.id)


async def test_the_file_is_for_its_owner_alone(file: LocalFile) -> None:
    """What is in it can be tried at leisure, were it readable."""
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
