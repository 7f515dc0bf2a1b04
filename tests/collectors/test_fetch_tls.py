"""TLS: the connection goes to the address that was checked, the certificate is checked against the name."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from collectors import wire
from collectors.answers import Unreachable
from collectors.fetch import Fetcher, Limits
from data.clock import utc_now
from tests.collectors.faults import FaultServer, says, sized

NAME = "the.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and self-signed certificate of ``the.example`` in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), utc_now()
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def server(certificate: Path) -> Iterator[FaultServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with FaultServer(context) as running:
        running.act = says(sized(b"{}"))
        yield running


def fetched(server: FaultServer, name: str) -> int:
    site = f"https://{name}:{server.port}"
    asking = Fetcher(
        "The site",
        agent="test",
        local=site,
        limits=Limits(connect_s=2, read_s=2, attempts=1),
        resolve=lambda host, port: ("127.0.0.1",),
    )
    return asking.get(f"{site}/x").status


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.create_default_context(cafile=certificate)
    monkeypatch.setattr(wire, "_certificates", lambda: context)


def test_a_certificate_is_checked_against_the_name_though_the_address_was_given(
    server: FaultServer, trusted: None
) -> None:
    assert fetched(server, NAME) == 200


def test_a_certificate_of_another_name_is_refused(server: FaultServer, trusted: None) -> None:
    with pytest.raises(Unreachable):
        fetched(server, "other.example")


def test_a_certificate_that_nobody_vouches_for_is_refused(server: FaultServer) -> None:
    with pytest.raises(Unreachable):
        fetched(server, NAME)
    assert server.asked == []
