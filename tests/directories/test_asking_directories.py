"""Asking a real directory: who has this name and password there, and what must not be taken for a yes."""

import os
import resource
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from tenantry.rules.vocabulary import AccountId
from tenantry.sso import conversations, directory as adapter
from tenantry.sso.directory import LIMIT, Directory, NotInstalled, PairWrong, federation_id_of, try_directory
from tenantry.sso.failures import ProviderFault
from tests.directories.liar import Liar, a_lying_directory
from tests.directories.slapd import ADMIN, ADMIN_PASSWORD, BASE, Slapd, a_certificate, a_directory

pytestmark = pytest.mark.usefixtures("_here")


@pytest.fixture
def there(slapd: Slapd) -> Directory:
    """What an account would set for it."""
    return Directory(
        account=AccountId("acme"),
        url=slapd.url,
        start_tls=True,
        certificate=slapd.certificate,
        bind_name=ADMIN,
        bind_password=ADMIN_PASSWORD,
        search_base=BASE,
        search_filter="(uid={user})",
        attribute="employeeNumber",
    )


def secure(there: Directory, slapd: Slapd) -> Directory:
    """The same with TLS from the beginning."""
    return replace(there, url=slapd.secure_url, start_tls=False)


def test_the_right_pair_is_somebody(there: Directory, slapd: Slapd) -> None:
    """By StartTLS and by ldaps alike; the name as the directory compares it."""
    for directory in (there, secure(there, slapd)):
        assert federation_id_of(directory, "ada", "pass of ada") == "FED-1"
        assert federation_id_of(directory, "ADA", "pass of ada") == "FED-1"
    assert federation_id_of(replace(there, bind_name="", bind_password=""), "ada", "pass of ada") == "FED-1"


WRONG = {
    "wrong password": ("ada", "pass of bob"),
    "unknown name": ("nobody", "pass of ada"),
    "empty password": ("ada", ""),
    "empty name": ("", "pass of ada"),
    "zero character": ("ada", "\0pass of ada"),
    "zero character in the name": ("ada\0", "pass of ada"),
    "star": ("*", "pass of ada"),
    "part and star": ("ad*", "pass of ada"),
    "injection": ("*)(uid=*", "pass of ada"),
    "injection that closes": ("nobody)(|(uid=ada", "pass of ada"),
    "injection of an or": ("ada)(objectClass=*", "pass of ada"),
    "escaped already": (r"\61\64\61", "pass of ada"),
    "name of an entry": (f"uid=ada,{BASE}", "pass of ada"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_pair_is_nobody(name: str, there: Directory, slapd: Slapd) -> None:
    """Whatever is wrong, the answer is one."""
    for directory in (there, secure(there, slapd)):
        with pytest.raises(PairWrong):
            federation_id_of(directory, *WRONG[name])


def test_stars_and_brackets_are_part_of_a_name(there: Directory) -> None:
    """Where somebody is called so."""
    assert federation_id_of(there, "r*d (x)", "pass of odd") == "FED-ODD"


def test_a_name_of_two_is_nobodys(there: Directory) -> None:
    """Even with the password of one of them."""
    directory = replace(there, search_filter="(cn={user})")
    for password in ("pass of bob", "pass of bea"):
        with pytest.raises(PairWrong):
            federation_id_of(directory, "Twin", password)
    with pytest.raises(PairWrong):
        federation_id_of(replace(there, search_filter="(|(uid={user})(objectClass=*))"), "ada", "pass of ada")


def test_an_empty_password_is_refused_before_anybody_is_asked(
    there: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Directories say yes to it; some read no further than a zero character."""
    monkeypatch.setattr(adapter, "connect", lambda *_: pytest.fail("asked"))
    for name, password in (("ada", ""), ("ada", "\0pass of ada"), ("ada\0", "pass of ada"), ("", "pass of ada")):
        with pytest.raises(PairWrong):
            federation_id_of(there, name, password)


def test_an_unknown_name_costs_as_many_questions_as_a_wrong_password(
    there: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the time does not tell who is known."""
    import ldap
    from ldap.ldapobject import SimpleLDAPObject

    asked: list[str] = []
    for method in ("simple_bind_s", "search_ext_s", "start_tls_s"):
        real = getattr(SimpleLDAPObject, method)

        def counted(self: object, *arguments: object, real: object = real, **options: object) -> object:
            asked.append(real.__name__)  # type: ignore[attr-defined]
            return real(self, *arguments, **options)  # type: ignore[operator]

        monkeypatch.setattr(ldap.ldapobject.SimpleLDAPObject, method, counted)
    costs = []
    for pair in (("ada", "wrong"), ("nobody", "wrong")):
        asked.clear()
        with pytest.raises(PairWrong):
            federation_id_of(there, *pair)
        costs.append(list(asked))
    assert costs[0] == costs[1] == ["start_tls_s", "simple_bind_s", "search_ext_s", "start_tls_s", "simple_bind_s"]


@pytest.mark.parametrize("attribute", ["title", "mail"])
def test_an_attribute_that_is_not_there_or_not_one_is_a_fault(attribute: str, there: Directory) -> None:
    """Nobody is guessed."""
    with pytest.raises(ProviderFault, match="one value"):
        federation_id_of(replace(there, attribute=attribute), "bea", "pass of bea")


class TestTls:
    """The certificate is that of the directory, for its name; and nothing is said without."""

    def test_another_authority(self, there: Directory, slapd: Slapd) -> None:
        """A certificate that is not trusted ends it before a password is sent."""
        another = a_certificate()[0]
        for directory in (there, secure(there, slapd)):
            for certificate in (another, ""):
                with pytest.raises(ProviderFault, match=r"trusted"):
                    federation_id_of(replace(directory, certificate=certificate), "ada", "pass of ada")

    def test_another_name(self, there: Directory, tmp_path: Path) -> None:
        """A trusted certificate for another address is somebody else's."""
        with a_directory(tmp_path, address="127.0.0.9") as other:
            elsewhere = replace(there, certificate=other.certificate)
            for url, start_tls in ((other.url, True), (other.secure_url, False)):
                with pytest.raises(ProviderFault, match=r"name"):
                    federation_id_of(replace(elsewhere, url=url, start_tls=start_tls), "ada", "pass of ada")

    def test_none(self, there: Directory, settings: Settings) -> None:
        """Without TLS only where the operator says so, on this machine."""
        bare = replace(there, start_tls=False)
        with pytest.raises(ProviderFault, match="begins with ldaps"):
            federation_id_of(bare, "ada", "pass of ada")
        settings.SIGN_ON_WITHOUT_TLS = True
        assert federation_id_of(bare, "ada", "pass of ada") == "FED-1"
        with pytest.raises(ProviderFault, match="begins with ldaps"):
            federation_id_of(replace(bare, url="ldap://10.0.0.1"), "ada", "pass of ada")


def test_with_many_connections_open(there: Directory) -> None:
    """A server that holds a thousand browsers asks as before: some ways of waiting know no more than 1024 files."""
    files = 1100
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(before[0], 2 * files), before[1]))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(files)]
    try:
        assert federation_id_of(there, "ada", "pass of ada") == "FED-1"
    finally:
        for one in held:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_directories_at_private_addresses_are_not_asked(there: Directory, settings: Settings) -> None:
    """Unless the operator allows their network."""
    settings.SIGN_ON_NETWORKS = []
    with pytest.raises(ProviderFault, match="private address"):
        federation_id_of(there, "ada", "pass of ada")


@contextmanager
def a_silent_server() -> Iterator[int]:
    """A server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("scheme", ["ldap", "ldaps"])
def test_nobody_is_waited_for_longer_than_the_bound(
    scheme: str, there: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Be it in the middle of a hand-shake."""
    monkeypatch.setattr(conversations, "SECONDS", 0.3)
    with a_silent_server() as port:
        silent = replace(there, url=f"{scheme}://127.0.0.1:{port}", start_tls=scheme == "ldap")
        begun = time.monotonic()
        with pytest.raises(ProviderFault):
            federation_id_of(silent, "ada", "pass of ada")
        assert time.monotonic() - begun < 2


@pytest.fixture
def lying(settings: Settings) -> Iterator[Liar]:
    """A directory without TLS that lies where it is told to."""
    settings.SIGN_ON_WITHOUT_TLS = True
    with a_lying_directory() as serving:
        yield serving


def told_by(lying: Liar, there: Directory) -> Directory:
    """What an account would set for it."""
    return replace(there, url=f"ldap://127.0.0.1:{lying.port}", start_tls=False, certificate="")


class TestLies:
    """A directory need not be honest, nor as others are."""

    def test_an_honest_one_by_way_of_comparison(self, lying: Liar, there: Directory) -> None:
        """What is refused below is refused for the lie."""
        assert federation_id_of(told_by(lying, there), "ada", "any") == "FED-1"

    @pytest.mark.parametrize("code", [19, 32, 34, 48, 49, 53])
    def test_whom_it_does_not_let_in_is_not_told_from_a_wrong_password(
        self, code: int, lying: Liar, there: Directory
    ) -> None:
        """Some say of a person whom they have locked that a constraint is violated, or that they are unwilling."""
        lying.binds = [0, code]
        with pytest.raises(PairWrong):
            federation_id_of(told_by(lying, there), "ada", "any")

    def test_what_concerns_the_directory_itself_is_a_fault(self, lying: Liar, there: Directory) -> None:
        """Busy, unavailable, or wanting something else of all."""
        for code in (8, 13, 51, 52, 80):
            lying.binds = [0, code]
            with pytest.raises(ProviderFault, match="does not let the person in"):
                federation_id_of(told_by(lying, there), "ada", "any")

    @pytest.mark.parametrize("value", [b"\xff\xfe", b"", b" FED-1", b"FED-1\0", b"x" * 256])
    def test_what_is_no_federation_id_is_a_fault(self, value: bytes, lying: Liar, there: Directory) -> None:
        """Nor is it looked for."""
        lying.attributes = {"employeeNumber": [value]}
        with pytest.raises(ProviderFault, match="is a Federation ID"):
            federation_id_of(told_by(lying, there), "ada", "any")

    def test_nobody_is_followed_elsewhere(self, lying: Liar, there: Directory) -> None:
        """Whoever is pointed to was not judged, and would get the name and the password for searching."""
        with a_lying_directory() as other:
            lying.elsewhere = f"ldap://127.0.0.1:{other.port}/dc=example,dc=com"
            assert federation_id_of(told_by(lying, there), "ada", "any") == "FED-1"
            assert other.lines == 0

    def test_entries_without_end_are_not_read(self, lying: Liar, there: Directory) -> None:
        """Whatever number was asked for; else they would fill the memory for as long as the conversation lasts."""
        lying.floods, lying.attributes = True, {"employeeNumber": [b"x" * 60_000]}
        begun = time.monotonic()
        with pytest.raises(ProviderFault, match="cannot be searched"):
            federation_id_of(told_by(lying, there), "ada", "any")
        assert time.monotonic() - begun < 2
        assert lying.sent < 8 * LIMIT


def test_trying_a_directory_says_what_works_and_what_does_not(there: Directory, slapd: Slapd) -> None:
    """In a sentence without the password."""
    for directory in (there, secure(there, slapd)):
        assert try_directory(directory) == "The directory answers, and can be searched."
    faults = {
        "does not take the name and password": replace(there, bind_password="not this one"),
        "search base cannot be read": replace(there, search_base="dc=nowhere"),
        "cannot be searched": replace(there, search_filter="(uid={user}"),
        "does not answer": replace(there, url="ldap://127.0.0.1:1"),
        "trusted": replace(there, certificate="rubbish"),
        "is not set": replace(there, bind_password=""),
    }
    for sentence, directory in faults.items():
        with pytest.raises(ProviderFault, match=sentence) as caught:
            try_directory(directory)
        assert "not this one" not in str(caught.value)


def test_without_the_library_it_is_said(there: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra, and missing it fails nothing else."""
    monkeypatch.setitem(sys.modules, "ldap", None)
    with pytest.raises(NotInstalled):
        federation_id_of(there, "ada", "pass of ada")
