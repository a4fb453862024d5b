"""Single sign-on in lines of kind `account_settings`: what an account has set, without its secrets (SSO-2)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Self

import msgspec
from msgspec import UNSET, UnsetType

from tenantry.audit.trail import Changes
from tenantry.rules.provider_settings import DirectorySettings, OpenIdSettings, check_directory, check_openid
from tenantry.rules.refusals import Refused
from tenantry.rules.saml_settings import Comparison, Context, Location, NameIdPolicy, SamlSettings, check_saml
from tenantry.sso.certificates import fingerprint, read_certificate
from tenantry.sso.models import SignOnSettings
from tenantry.sso.provider_addresses import directory_fault, same_server, tls_fault
from tenantry.sso.provider_settings import certificates_in
from tenantry.sso.providers_of_accounts import DIRECTORY, OPENID, directory_settings_of, openid_settings_of
from tenantry.sso.queries import SAML, saml_settings_in
from tenantry.store.bulk import insert_rows, update_rows
from tenantry.store.lines import FieldProblem, check_text, given

WORDS: Final = {"saml": SAML, "openid": OPENID, "directory": DIRECTORY}
"""The words by which a line says which protocol is enabled, as the table has them."""

_LIMITS: Final = {
    "openid": {"issuer": 2000, "client_id": 255},
    "directory": {"directory_url": 2000, "directory_certificate": 64 * 1024, "bind_name": 1000, "search_base": 1000},
}


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A group of settings in a line: it is told whole, so that what it leaves out takes the default."""

    @classmethod
    def told(cls, values: Mapping[str, Any]) -> Self:
        """The group with these values. Those that are the defaults are left to it: the encoder leaves out what is the
        very object, not what is equal.
        """
        defaults = cls()
        return cls(**{name: value for name, value in values.items() if value != getattr(defaults, name)})


class SamlFields(Part, frozen=True):
    """What is set for SAML."""

    certificate: str = ""
    sign_in_url: str = ""
    federation_location: str = Location.ATTRIBUTE.value
    name_id_policy: str = NameIdPolicy.TRANSIENT.value
    context: str = Context.PASSWORD_PROTECTED_TRANSPORT.value
    comparison: str = Comparison.EXACT.value
    encrypted: bool = False


class OpenIdFields(Part, frozen=True):
    """What is set for OpenID Connect. The secret stays behind: `null` says that there is one to enter anew."""

    issuer: str = ""
    client_id: str = ""
    client_secret: UnsetType | None = UNSET
    claim: str = OpenIdSettings().claim


class DirectoryFields(Part, frozen=True):
    """What is set for the directory. The password for searching stays behind, as the secret of OpenID Connect does."""

    directory_url: str = ""
    start_tls: bool = True
    directory_certificate: str = ""
    bind_name: str = ""
    bind_password: UnsetType | None = UNSET
    search_base: str = ""
    search_filter: str = DirectorySettings().search_filter
    attribute: str = ""


class SignOnFields(Part, frozen=True):
    """Single sign-on of an account: the protocol that is enabled, "" for none, and what is set for each."""

    enabled: str = ""
    sign_out_url: str = ""
    saml: SamlFields | UnsetType = UNSET
    openid: OpenIdFields | UnsetType = UNSET
    directory: DirectoryFields | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class SignOn:
    """What an account has set, protocol by protocol; one of them at most is enabled."""

    saml: SamlSettings = field(default_factory=SamlSettings)
    openid: OpenIdSettings = field(default_factory=OpenIdSettings)
    directory: DirectorySettings = field(default_factory=DirectorySettings)

    @property
    def enabled(self) -> str:
        """The word of the protocol that is enabled; "" for none."""
        return next((word for word in WORDS if getattr(self, word).enabled), "")


def of_fields(told: SignOnFields) -> SignOn:
    """What a line says, once it was judged."""
    saml = msgspec.structs.asdict(given(told.saml, SamlFields()))
    openid = msgspec.structs.asdict(given(told.openid, OpenIdFields()))
    directory = msgspec.structs.asdict(given(told.directory, DirectoryFields()))
    del openid["client_secret"], directory["bind_password"]
    if saml["certificate"]:
        saml["certificate"] = read_certificate(saml["certificate"]).pem
    directory["directory_certificate"] = certificates_in(directory["directory_certificate"])
    return SignOn(
        SamlSettings(enabled=told.enabled == "saml", sign_out_url=told.sign_out_url, **saml),
        OpenIdSettings(enabled=told.enabled == "openid", **openid),
        DirectorySettings(enabled=told.enabled == "directory", **directory),
    )


def of_row(row: SignOnSettings) -> SignOn:
    """What is stored."""
    return SignOn(saml_settings_in(row), openid_settings_of(row), directory_settings_of(row))


def as_fields(held: SignOn) -> SignOnFields | UnsetType:
    """What a line says of it; nothing where nothing is set."""
    if held == SignOn():
        return UNSET
    saml, openid, directory = asdict(held.saml), asdict(held.openid), asdict(held.directory)
    for values in (saml, openid, directory):
        del values["enabled"]
    sign_out_url = saml.pop("sign_out_url")
    openid["client_secret"] = None if held.openid.client_id else UNSET
    directory["bind_password"] = None if held.directory.bind_name else UNSET
    parts = {
        "saml": SamlFields.told(saml),
        "openid": OpenIdFields.told(openid),
        "directory": DirectoryFields.told(directory),
    }
    shown = {name: part for name, part in parts.items() if part != type(part)()}
    return SignOnFields.told({"enabled": held.enabled, "sign_out_url": sign_out_url, **shown})


def check(told: SignOnFields) -> Iterator[FieldProblem]:
    """Judge what a line says by itself, as the pages do, but for the secrets, which no line has (SSO-2, SSO-3)."""
    if told.enabled and told.enabled not in WORDS:
        yield "sign_on.enabled", f"there is no protocol {told.enabled!r:.60}; known: {', '.join(WORDS)}"
    for part, limits in _LIMITS.items():
        for member, limit in limits.items():
            yield from check_text(f"sign_on.{part}.{member}", getattr(getattr(told, part), member, ""), limit)
    unreadable = [*_check_certificates(told)]
    yield from unreadable
    if not unreadable:
        yield from _check_settings(of_fields(told))


def _check_certificates(told: SignOnFields) -> Iterator[FieldProblem]:
    try:
        if certificate := given(told.saml, SamlFields()).certificate:
            read_certificate(certificate)
    except Refused as refused:
        yield "sign_on.saml.certificate", refused.refusal.message
    try:
        certificates_in(given(told.directory, DirectoryFields()).directory_certificate)
    except ValueError:
        yield "sign_on.directory.directory_certificate", "is no certificate in PEM"


def _check_settings(held: SignOn) -> Iterator[FieldProblem]:
    address = held.directory.directory_url
    faults = {
        "openid.issuer": tls_fault(held.openid.issuer) if held.openid.issuer else "",
        "directory.directory_url": directory_fault(address, start_tls=held.directory.start_tls) if address else "",
    }
    yield from ((f"sign_on.{member}", fault) for member, fault in faults.items() if fault)
    for refusal in check_saml(held.saml):
        member = getattr(refusal, "member", "")
        yield f"sign_on.{member}" if member == "sign_out_url" else f"sign_on.saml.{member}", refusal.message
    for wrong in check_openid(held.openid, secret=True):
        yield f"sign_on.openid.{wrong.member}", wrong.message
    for wrong in check_directory(held.directory, password=True):
        yield f"sign_on.directory.{wrong.member}", wrong.message


def values_of(held: SignOn, stored: SignOnSettings | None) -> dict[str, Any]:
    """The columns of a row that says it. A secret that is stored stays only for the server that it was entered for."""
    row = stored or SignOnSettings()
    values = asdict(held.saml) | asdict(held.openid) | asdict(held.directory)
    same_directory = held.directory.bind_name and same_server(held.directory.directory_url, row.directory_url)
    return {
        **values,
        "enabled": bool(held.enabled),
        "protocol": WORDS.get(held.enabled, row.protocol),
        "client_secret_sealed": row.client_secret_sealed if held.openid.issuer == row.issuer else "",
        "bind_password_sealed": row.bind_password_sealed if same_directory else "",
    }


def lacks_secret(held: SignOn, stored: SignOnSettings | None) -> bool:
    """Whether the protocol that is enabled waits for a secret that no line brings: until then it lets nobody in."""
    values = values_of(held, stored)
    if held.enabled == "openid":
        return not values["client_secret_sealed"]
    return held.enabled == "directory" and bool(held.directory.bind_name) and not values["bind_password_sealed"]


def write(changed: Iterable[tuple[str, SignOnSettings | None, SignOn]]) -> None:
    """Write what accounts have set, each with the row that is there already."""
    rows = [(account, stored, values_of(held, stored)) for account, stored, held in changed]
    columns = [*rows[0][2]] if rows else []
    insert_rows(
        SignOnSettings,
        ("account_id", *columns),
        ((account, *values.values()) for account, stored, values in rows if stored is None),
    )
    update_rows(
        SignOnSettings,
        "account_id",
        columns,
        ((account, *values.values()) for account, stored, values in rows if stored is not None),
    )


def told_changes(before: SignOn, after: SignOn) -> Iterator[Changes]:
    """What the log says, for each protocol: as the commands of its page say it."""
    pairs = (
        ("sso", _recognizable(before.saml), _recognizable(after.saml)),
        ("openid", before.openid, after.openid),
        ("directory", before.directory, after.directory),
    )
    for prefix, old, new in pairs:
        was, now = asdict(old), asdict(new)
        yield {f"{prefix}_{name}": (was[name], value) for name, value in now.items() if value != was[name]}


def _recognizable(settings: SamlSettings) -> SamlSettings:
    return replace(settings, certificate=fingerprint(settings.certificate))
