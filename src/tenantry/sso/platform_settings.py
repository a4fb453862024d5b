"""AccountSSOConfig in the platform API: single sign-on by SAML, as the account has set it (SSO-1 to SSO-3)."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Final, Literal

from django.db.models import QuerySet

from tenantry.accounts import commands as accounts
from tenantry.accounts.queries import existing_account
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.reading import Malformed
from tenantry.platform_api.wire.shapes import ELEMENT, Wire
from tenantry.rules.features import Feature
from tenantry.rules.refusals import Refused
from tenantry.rules.saml_settings import Comparison, Context, Location, NameIdPolicy, SamlSettings
from tenantry.sso import saml_settings
from tenantry.sso.certificates import Certificate, read_certificate
from tenantry.sso.queries import check_licensed, federations_of, saml_settings_of
from tenantry.store import revisions
from tenantry.store.transaction import command

_POLICIES: Final = {NameIdPolicy.TRANSIENT: "TRANSIENT", NameIdPolicy.UNSPECIFIED: "UNSPECIFIED"}
_CONTEXTS: Final = {Context.PASSWORD_PROTECTED_TRANSPORT: "PPT", Context.UNSPECIFIED: "UNSPECIFIED"}
_COMPARISONS: Final = {Comparison.EXACT: "EXACT", Comparison.MINIMUM: "MINIMUM"}


class AccountSSOConfig(Wire):
    """What the account has set for SAML. `certificate` holds one certificate at most; `certInfo` says what it is.

    `caseInsensitiveFederationId` is a feature of the account, which the platform operator switches (SSO-5).
    """

    account_id: str | None = None
    assertion_encryption: bool | None = None
    authn_context: Literal["PPT", "UNSPECIFIED"] | None = None
    authn_context_comparison: Literal["EXACT", "MINIMUM"] | None = None
    case_insensitive_federation_id: bool | None = None
    cert_info: str | None = None
    certificate: Annotated[list[str] | None, ELEMENT] = None
    enabled: bool | None = None
    fed_id_from_name_id: bool | None = None
    idp_url: str | None = None
    name_id_policy: Literal["TRANSIENT", "UNSPECIFIED"] | None = None
    signout_redirect_url: str | None = None


def _told(call: Call) -> list[AccountSSOConfig]:
    """The account has these settings always: where it has set nothing, single sign-on is off (SSO-2)."""
    check_licensed(call.account)
    stored = saml_settings_of(call.account)
    read = _certificate(stored.certificate)
    return [
        AccountSSOConfig(
            account_id=call.account,
            assertion_encryption=stored.encrypted,
            authn_context=_CONTEXTS[Context(stored.context)],  # type: ignore[arg-type] # one of the words
            authn_context_comparison=_COMPARISONS[Comparison(stored.comparison)],  # type: ignore[arg-type] # the same
            case_insensitive_federation_id=_ignores_case(call),
            cert_info=f"{read.subject}, until {read.expires:%Y-%m-%d}, SHA-256 {read.fingerprint}" if read else None,
            certificate=[b64encode(stored.certificate.encode()).decode()] if stored.certificate else [],
            enabled=stored.enabled,
            fed_id_from_name_id=stored.federation_location == Location.NAME_ID,
            idp_url=stored.sign_in_url or None,
            name_id_policy=_POLICIES[NameIdPolicy(stored.name_id_policy)],  # type: ignore[arg-type] # the same
            signout_redirect_url=stored.sign_out_url or None,
        )
    ]


def _certificate(pem: str) -> Certificate | None:
    try:
        return read_certificate(pem) if pem else None
    except Refused:  # stored before today's checks
        return None


def _ignores_case(call: Call) -> bool:
    return Feature.CASE_INSENSITIVE_FEDERATION in existing_account(call.account).features


def _no_rows(call: Call) -> "QuerySet[Any]":
    """The settings are told as they are, also where no row holds them."""
    return federations_of(call.account).none()


def _none_shown(call: Call, rows: Sequence[Any]) -> list[AccountSSOConfig]:
    del call, rows
    return []


@command
def _update(call: Call, id: str, sent: AccountSSOConfig) -> None:
    """Members that are not sent stay as they are, also where somebody else changes them meanwhile."""
    del id
    revisions.lock(call.account)
    if sent.case_insensitive_federation_id not in {None, _ignores_case(call)}:
        accounts.switch_feature(
            actor=call.actor,
            at=call.at,
            account=call.account,
            feature=Feature.CASE_INSENSITIVE_FEDERATION,
            on=bool(sent.case_insensitive_federation_id),
        )
    changes: dict[str, Any] = {
        "enabled": sent.enabled,
        "certificate": None if sent.certificate is None else _pem(sent.certificate),
        "sign_in_url": sent.idp_url,
        "sign_out_url": sent.signout_redirect_url,
        "federation_location": _location(sent.fed_id_from_name_id),
        "name_id_policy": _word(sent.name_id_policy, _POLICIES),
        "context": _word(sent.authn_context, _CONTEXTS),
        "comparison": _word(sent.authn_context_comparison, _COMPARISONS),
        "encrypted": sent.assertion_encryption,
    }
    given = {member: value for member, value in changes.items() if value is not None}
    settings = replace(saml_settings_of(call.account), **given)
    saml_settings.set_saml_settings(actor=call.actor, at=call.at, account=call.account, settings=settings)


def _location(from_name_id: bool | None) -> Location | None:  # noqa: FBT001 - what was sent
    if from_name_id is None:
        return None
    return Location.NAME_ID if from_name_id else Location.ATTRIBUTE


def _word(sent: str | None, words: dict[Any, str]) -> str | None:
    return next((str(word) for word, told in words.items() if told == sent), None)


def _pem(sent: list[str]) -> str:
    """The certificate in base64, be it of the bytes themselves (DER) or of the text that holds them (PEM)."""
    if len(sent) > 1:
        msg = f"certificate has one value, not {len(sent)}."
        raise Malformed(msg)
    if not sent or not sent[0].strip():
        return ""
    try:
        raw = b64decode("".join(sent[0].split()), validate=True)
    except ValueError as error:
        msg = "certificate is not base64."
        raise Malformed(msg) from error
    if raw.lstrip().startswith(b"-----BEGIN"):
        return raw.decode("ascii", "replace")
    body = b64encode(raw).decode()
    lines = "\n".join(body[place : place + 64] for place in range(0, len(body), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"


def _delete(call: Call, id: str) -> None:
    """Everything is as if it had never been set; Federation IDs are kept (SSO-21)."""
    del id
    saml_settings.set_saml_settings(actor=call.actor, at=call.at, account=call.account, settings=SamlSettings())


OBJECT: Final = PlatformObject(
    wire=AccountSSOConfig,
    verbs=Verb.GET | Verb.UPDATE | Verb.DELETE | Verb.BULK,
    reads=(("ACCOUNT_ADMIN",),),
    writes=(("ACCOUNT_ADMIN",),),
    reading=Reading(rows=_no_rows, shown=_none_shown, leading=_told, identity="account_id", named=lambda _: None),
    update=_update,
    delete=_delete,
)
