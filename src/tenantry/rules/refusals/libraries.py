"""Library files of an account: what is no name for one, and what is not there, there already, or too much."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLibraryNotFound(Denial):
    """The account has no such library file."""

    code = "account_library_not_found"
    rule = "ACC-1"
    sentence = "This account has no such library file."


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLibraryNameInvalid(Invalid):
    """Library files are jar files with plain names."""

    code = "account_library_name_invalid"
    rule = "PRIV-10"
    place = "library"
    sentence = "A library file is called by 1 to {limit} printable characters that end in .jar."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLibraryNameTaken(Conflict):
    """Another library file of the account has this name, ignoring case."""

    code = "account_library_name_taken"
    rule = "PRIV-10"
    sentence = "This account has a library file called “{name}” already. Delete that one first, or rename this one."
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLibrariesFull(Conflict):
    """An account has a limited number of library files."""

    code = "account_libraries_full"
    rule = "PRIV-10"
    sentence = "This account has {limit} library files, as many as it can have. Delete one first."
    limit: int
