"""A real directory, slapd of OpenLDAP, for a test run: with TLS, a few people, and a log of nothing."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PROGRAM: Final = "/usr/sbin/slapd"
BASE: Final = "dc=example,dc=com"
ADMIN: Final = f"cn=admin,{BASE}"
ADMIN_PASSWORD: Final = "secret of the directory"
READY_WITHIN: Final = 30.0

CONFIGURATION: Final = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/pid
TLSCertificateFile {folder}/certificate.pem
TLSCertificateKeyFile {folder}/key.pem
database mdb
suffix "{base}"
rootdn "{admin}"
rootpw "{password}"
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
access to * by * read
"""

PEOPLE: Final = """dn: dc=example,dc=com
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: uid=ada,dc=example,dc=com
objectClass: inetOrgPerson
uid: ada
cn: Ada
sn: Example
mail: ada@example.com
employeeNumber: FED-1
userPassword: pass of ada

dn: uid=bob,dc=example,dc=com
objectClass: inetOrgPerson
uid: bob
cn: Twin
sn: Example
employeeNumber: FED-2
userPassword: pass of bob

dn: uid=bea,dc=example,dc=com
objectClass: inetOrgPerson
uid: bea
cn: Twin
sn: Example
mail: bea@example.com
mail: bea@example.org
userPassword: pass of bea

dn: uid=r\\2Ad (x),dc=example,dc=com
objectClass: inetOrgPerson
uid: r*d (x)
cn: Odd
sn: Example
employeeNumber: FED-ODD
userPassword: pass of odd
"""


@dataclass(frozen=True)
class Slapd:
    """A directory that serves. `certificate` is what it shows, in PEM."""

    plain_port: int
    secure_port: int
    certificate: str

    @property
    def url(self) -> str:
        """Where it is asked, with StartTLS or without."""
        return f"ldap://127.0.0.1:{self.plain_port}"

    @property
    def secure_url(self) -> str:
        """Where it speaks TLS from the beginning."""
        return f"ldaps://127.0.0.1:{self.secure_port}"


def a_certificate(address: str = "127.0.0.1") -> tuple[str, str]:
    """A certificate for an address that vouches for itself, and its key; both in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "directory of a test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM).decode(), secret.decode()


@contextmanager
def a_directory(folder: Path, address: str = "127.0.0.1") -> Iterator[Slapd]:
    """A directory that serves until the block ends, with a certificate for this address."""
    certificate, key = a_certificate(address)
    (folder / "certificate.pem").write_text(certificate)
    (folder / "key.pem").write_text(key)
    (folder / "data").mkdir()
    configuration = folder / "slapd.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, base=BASE, admin=ADMIN, password=ADMIN_PASSWORD))
    (folder / "people.ldif").write_text(PEOPLE)
    add = ["/usr/sbin/slapadd", "-f", str(configuration), "-l", str(folder / "people.ldif")]
    subprocess.run(add, check=True, capture_output=True, env={**os.environ, "TMPDIR": str(folder)})
    with ExitStack() as held:
        lines = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2)]
        plain, secure = (line.getsockname()[1] for line in lines)
    listening = f"ldap://127.0.0.1:{plain} ldaps://127.0.0.1:{secure}"
    serving = [PROGRAM, "-f", str(configuration), "-h", listening, "-d", "0"]
    with (folder / "slapd.log").open("wb") as log:
        process = subprocess.Popen(serving, stdout=log, stderr=log)
    try:
        _wait(process, secure, folder)
        yield Slapd(plain, secure, certificate)
    finally:
        process.kill()
        process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    message = f"slapd does not start:\n{(folder / 'slapd.log').read_text()}"
    raise AssertionError(message)
