"""Identity providers and directories of accounts: what is set about them, and signing in through them."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettingInvalid(Invalid):
    """A setting of an identity provider or directory is malformed, or missing where signing in needs it; `member` says
    which (SSO-3).
    """

    code = "provider_setting_invalid"
    rule = "SSO-3"
    place = "setting"
    sentence = "{why}"
    member: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOnNotOffered(Denial):
    """Nobody signs in to the account in this way: it is off, or there is no such account. The two are told alike."""

    code = "sign_on_not_offered"
    rule = "SSO-4"
    sentence = "Nobody signs in here in this way."


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderNotProven(Denial):
    """What came from the identity provider proves nobody's identity. The log has the reason, under the reference."""

    code = "provider_not_proven"
    rule = "SSO-14"
    sentence = (
        "Signing in through the identity provider did not succeed. Try again; if that does not help, tell an "
        "administrator of your account the reference {reference}."
    )
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryPairWrong(Invalid):
    """The directory does not take the pair of user name and password; never says which half is wrong."""

    code = "directory_pair_wrong"
    rule = "SSO-14"
    place = "password"
    sentence = "User name or password is not right."


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryUnavailable(Conflict):
    """The directory cannot be asked, so nobody's identity is proven. The log has the reason, under the reference."""

    code = "directory_unavailable"
    rule = "SSO-14"
    sentence = (
        "The directory of the account cannot be asked now. Try again later; if that does not help, tell an "
        "administrator of your account the reference {reference}."
    )
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoriesNotInstalled(Conflict):
    """The installation lacks the library that speaks to directories."""

    code = "directories_not_installed"
    rule = "SSO-3"
    sentence = "This installation cannot speak to directories. Its operator adds that by installing tenantry[ldap]."
