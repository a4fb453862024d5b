"""Tokens, trusted addresses and CORS rules."""

from tenantry.accounts.models import Account
from tenantry.platform_api import origins, trusted
from tenantry.platform_api.models import OriginRule, TrustedAddress
from tenantry.rules.origins import Method
from tenantry.rules.trusted_addresses import AddressType
from tenantry.rules.vocabulary import OPERATOR
from tenantry.tokens import commands as tokens, operator_tokens
from tenantry.tokens.models import UserToken
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import REASON, World
from tests.store.factories import AT


def _token(world: World) -> int:
    """The token that the administrator has."""
    return int(UserToken.rows.of(world.here).get(name="first").pk)


def _trusted(world: World) -> int:
    """The entry of Trusted IP Addresses."""
    return int(TrustedAddress.rows.of(world.here).get().pk)


def _origin(world: World) -> int:
    """The CORS rule."""
    return int(OriginRule.rows.of(world.here).get().pk)


def _disabled(world: World) -> None:
    UserToken.rows.of(world.here).update(status="disabled")


def _a_token_without_a_path(world: World) -> None:
    token = UserToken(account_id=world.loner, user_id=world.gus.id, name="lost", digest="x", created_at=AT)
    UserToken.rows.of(world.loner).bulk_create([token])


def _operators(world: World) -> None:
    Account.rows.of(world.here).update(operator=True)


def _operators_with_token(world: World) -> None:
    operator_tokens.issue_operator_token(actor=OPERATOR, at=AT, name="loader")
    _operators(world)


def _host_with_token(world: World) -> None:
    tokens.issue_client_token(actor=OPERATOR, at=AT, name="host", accounts=[world.there, world.here])


VERBS: dict[str, Verb] = {
    "issue_user_token": Verb(
        lambda w, who: tokens.issue_user_token(actor=who, at=AT, account=w.here, user=w.ann.email, name="second"),
        ("user.token", "ADD", "AUTHENTICATION"),
        raises=(),
        reasoned=False,
    ),
    "rename_token": Verb(
        lambda w, who: tokens.rename_token(
            actor=who, at=AT, account=w.here, token=_token(w), name="renamed", reason=REASON
        ),
        ("user.token", "UPDATE", "AUTHENTICATION"),
        raises=(),
    ),
    "disable_token": Verb(
        lambda w, who: tokens.disable_token(actor=who, at=AT, account=w.here, token=_token(w), reason=REASON),
        ("user.token", "UPDATE", "AUTHENTICATION"),
        raises=(),
    ),
    "enable_token": Verb(
        lambda w, who: tokens.enable_token(actor=who, at=AT, account=w.here, token=_token(w), reason=REASON),
        ("user.token", "UPDATE", "AUTHENTICATION"),
        raises=(),
        prepare=_disabled,
    ),
    "revoke_token": Verb(
        lambda w, who: tokens.revoke_token(actor=who, at=AT, account=w.here, token=_token(w), reason=REASON),
        ("user.token", "DELETE", "AUTHENTICATION"),
        raises=(),
    ),
    "add_trusted_address": Verb(
        lambda w, who: trusted.add_trusted_address(
            actor=who, at=AT, account=w.here, name="Two", type=AddressType.SINGLE, address="10.0.0.2", reason=REASON
        ),
        ("account-ip_address", "ADD", "TRUSTEDIP"),
        raises=(),
    ),
    "edit_trusted_address": Verb(
        lambda w, who: trusted.edit_trusted_address(
            actor=who,
            at=AT,
            account=w.here,
            entry=_trusted(w),
            name="One",
            type=AddressType.WILDCARD,
            address="10.0.0.*",
            reason=REASON,
        ),
        ("account-ip_address", "EDIT", "TRUSTEDIP"),
        raises=(),
    ),
    "delete_trusted_address": Verb(
        lambda w, who: trusted.delete_trusted_address(
            actor=who, at=AT, account=w.here, entry=_trusted(w), reason=REASON
        ),
        ("account-ip_address", "DELETE", "TRUSTEDIP"),
        raises=(),
    ),
    "switch_trusted_addresses": Verb(
        lambda w, who: trusted.switch_trusted_addresses(actor=who, at=AT, account=w.here, on=False, reason=REASON),
        ("account-ip_address", "EDIT", "TRUSTEDIP"),
        raises=(),
    ),
    "add_origin": Verb(
        lambda w, who: origins.add_origin(
            actor=who, at=AT, account=w.here, origin="https://b.example", methods={Method.GET}, reason=REASON
        ),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
    "edit_origin": Verb(
        lambda w, who: origins.edit_origin(
            actor=who,
            at=AT,
            account=w.here,
            rule=_origin(w),
            origin="https://a.example",
            methods={Method.POST},
            reason=REASON,
        ),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
    "delete_origin": Verb(
        lambda w, who: origins.delete_origin(actor=who, at=AT, account=w.here, rule=_origin(w), reason=REASON),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
    "issue_client_token": Verb(
        lambda w, who: tokens.issue_client_token(actor=who, at=AT, name="host", accounts=[w.there, w.here]),
        ("user.token", "ADD", "AUTHENTICATION"),
        where=("here", "there"),
        raises=(),
        operator=True,
        reasoned=False,
    ),
    "revoke_client_token": Verb(
        lambda _, who: tokens.revoke_client_token(actor=who, at=AT, name="host"),
        ("user.token", "DELETE", "AUTHENTICATION"),
        where=("here", "there"),
        raises=(),
        operator=True,
        reasoned=False,
        prepare=_host_with_token,
    ),
    "issue_operator_token": Verb(
        lambda _, who: operator_tokens.issue_operator_token(actor=who, at=AT, name="loader"),
        ("user.token", "ADD", "AUTHENTICATION"),
        raises=(),
        operator=True,
        reasoned=False,
        prepare=_operators,
    ),
    "revoke_operator_token": Verb(
        lambda _, who: operator_tokens.revoke_operator_token(actor=who, at=AT, name="loader"),
        ("user.token", "DELETE", "AUTHENTICATION"),
        raises=(),
        operator=True,
        reasoned=False,
        prepare=_operators_with_token,
    ),
    "revoke_unreachable": Verb(
        lambda w, who: tokens.revoke_unreachable(
            actor=who, at=AT, people=[w.gus.id], accounts=[w.loner], why="so it is"
        ),
        ("user.token", "DELETE", "AUTHENTICATION"),
        where=("loner",),
        raises=(),
        part=True,
        reasoned=False,
        prepare=_a_token_without_a_path,
    ),
}
