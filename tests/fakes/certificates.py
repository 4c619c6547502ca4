"""Certificates for tests: an authority of our own, and what it signs, good and bad."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """Signs certificates; `file` is what has to be trusted."""

    def __init__(self, folder: Path) -> None:
        """Draw its key, and write its own certificate into ``folder``."""
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Test authority")
        now = datetime.now(UTC)  # noqa: TID251  a certificate is for the time in which it is used
        self._now = now
        certificate = (
            _builder(self._name, self._name, self._key, now - timedelta(days=1), now + _YEAR)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), False)
            .add_extension(_SIGNS, critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.file = folder / "authority.pem"
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def certificate(self, host: str, *, days: float = 90, self_signed: bool = False) -> Path:
        """A key and a certificate for a host in one file.

        Args:
            host: Whose.
            days: How long it lasts from now; below zero, it has ended.
            self_signed: Signed with its own key in place of the authority's.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        signer = key if self_signed else self._key
        issuer = _name(host) if self_signed else self._name
        ends = self._now + timedelta(days=days)
        public = self._key.public_key()
        signed = (
            _builder(_name(host), issuer, key, ends - _YEAR, ends)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), False)
            .sign(signer, hashes.SHA256())
        )
        path = self._folder / f"{host}-{days:g}-{self_signed}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + signed.public_bytes(serialization.Encoding.PEM)
        )
        return path


_YEAR = timedelta(days=365)
_SIGNS = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    begins: datetime,
    ends: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )
