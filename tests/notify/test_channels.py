"""Which channels there are: what the administrator configured, encrypted as he said, and what packages bring."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import LazySettings
from django.utils import translation

from reperform.errors import BadInput, Usage
from reperform.notify import channels as offered
from reperform.notify.mail import Mail
from reperform.notify.message import Message, NotSent
from reperform.notify.subscriptions import subscribe
from reperform.settings import mail_server, secret
from tests.notify.servers import smtp
from tests.world import World

MESSAGE = Message(
    "RP-2026-0001: 提交整改情况", date(2026, 6, 25), "liaison@unit.example", "https://audit.example/f/1",
    "finding:1#submit", True,
)  # fmt: skip


class Told:
    """A channel of somebody else's package."""

    name, daily = "told", False


def broken() -> None:
    raise RuntimeError("no such system")


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for this machine, made for the test."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(7).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    paths = tmp_path / "site.pem", tmp_path / "site.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    offered._installed.cache_clear()
    yield
    offered._installed.cache_clear()


def test_without_an_address_of_the_site_there_is_no_channel(settings: LazySettings) -> None:
    settings.MAIL_SERVER = mail_server("smtp://127.0.0.1")
    assert offered.channels() == {}
    settings.SITE = "https://audit.example"
    assert list(offered.channels()) == ["email"]


def test_a_webhook_that_is_not_safe_is_no_channel_but_an_error(settings: LazySettings) -> None:
    settings.SITE, settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = "https://a.example", "http://oa.example/", "x" * 32
    with pytest.raises(Usage):
        offered.channels()


def test_packages_bring_channels_and_a_broken_one_is_said(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SITE = "https://audit.example"
    points = [EntryPoint(name, f"{__name__}:{what}", offered.GROUP) for name, what in (("a", "Told"), ("b", "broken"))]
    monkeypatch.setattr(offered, "entry_points", lambda group: points if group == offered.GROUP else [])
    assert list(offered.channels()) == ["told"]
    assert "The channel b" in caplog.text


def test_starttls_is_demanded_where_it_was_asked_for(
    settings: LazySettings, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with smtp(tls_context=context) as (post, port):
        settings.MAIL_SERVER = mail_server(f"smtp+tls://localhost:{port}")
        with pytest.raises(NotSent, match="cannot be reached"):  # a certificate that nobody vouches for
            Mail().send([MESSAGE], key="k")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        with translation.override("en"):
            Mail().send([MESSAGE], key="k")
    assert post.encrypted == [True]
    (letter,) = post.letters
    assert (letter["Message-ID"], letter["Subject"]) == ("<k@localhost>", "Reperform: done")
    assert MESSAGE.title in letter.get_content()
    with smtp() as (plain, port):
        settings.MAIL_SERVER = mail_server(f"smtp+tls://localhost:{port}")
        with pytest.raises(NotSent):
            Mail().send([MESSAGE], key="k")
    assert plain.letters == []


def test_a_mail_server_is_named_by_a_url() -> None:
    found = mail_server("smtps://audit%40x:p%3Aw@mail.example")
    assert (found["username"], found["password"], found["port"], found["use_ssl"]) == ("audit@x", "p:w", 465, True)
    for url in ("mail.example", "http://mail.example", "smtp://"):
        with pytest.raises(Usage, match="smtps"):
            mail_server(url)


def test_a_secret_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("s3cret\n", encoding="utf-8")
    monkeypatch.setenv("REPERFORM_WEBHOOK_SECRET_FILE", str(tmp_path / "secret"))
    assert secret("REPERFORM_WEBHOOK_SECRET") == "s3cret"


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b@c", "a@unit.example\nBcc: x@y.example", "x" * 300 + "@y.example"]
)
def test_a_letter_goes_to_an_address_and_to_nothing_else(world: World, settings: LazySettings, address: str) -> None:
    settings.SITE, settings.MAIL_SERVER = "https://audit.example", mail_server("smtp://127.0.0.1")
    with pytest.raises(BadInput, match="address"):
        subscribe(world.liaison, channel="email", address=address, language="en")
    with pytest.raises(Usage, match="no channel"):
        subscribe(world.liaison, channel="fax", address="1", language="en")
