"""Library files of accounts, made by the commands themselves."""

from io import BytesIO

from tenantry.account_libraries.commands import upload_library
from tenantry.account_libraries.uploads import LibraryFile, kept_library
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor
from tests.content.zips import archive
from tests.store.factories import AT

JAR = archive({"META-INF/MANIFEST.MF": b"Manifest-Version: 1.0\n", "org/acme/Tool.class": b"\xca\xfe\xba\xbe"})


def a_kept_jar(account: AccountId, name: str = "tools.jar") -> LibraryFile:
    """A library file that the account keeps and no row names."""
    with kept_library(account, BytesIO(JAR), name) as file:
        return file


def a_library(account: AccountId, name: str = "tools.jar", actor: Actor = OPERATOR) -> int:
    """A library file of the account; its number."""
    with kept_library(account, BytesIO(JAR), name) as file:
        return upload_library(actor=actor, at=AT, account=account, file=file)
