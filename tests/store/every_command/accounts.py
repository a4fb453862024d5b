"""Accounts and their password policies."""

from datetime import timedelta

from tenantry.accounts import commands as accounts, password_policies
from tenantry.rules.features import Feature
from tenantry.rules.password_policy import PasswordPolicy
from tenantry.rules.vocabulary import OPERATOR, Status
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import REASON, World
from tests.store.factories import AT


def _suspend(world: World) -> None:
    accounts.suspend_account(actor=OPERATOR, at=AT, account=world.here)


VERBS: dict[str, Verb] = {
    "delete_managed_account": Verb(
        lambda w, who: accounts.delete_managed_account(
            actor=who, at=AT, primary=w.here, account=w.loner, reason=REASON
        ),
        ("account", "DELETE", "NONE"),
        where=("loner",),
        raises=("loner",),
        gives=("loner",),
    ),
    "create_account": Verb(
        lambda _, who: accounts.create_account(actor=who, at=AT, name="Brand New", reason=REASON),
        ("account", "ADD", "NONE"),
        where=(),
        raises=(),
        operator=True,
        new=True,
    ),
    "create_managed_account": Verb(
        lambda w, who: accounts.create_managed_account(
            actor=who, at=AT, primary=w.here, name="Child", trial_ends=AT + timedelta(days=30), reason=REASON
        ),
        ("account", "ADD", "NONE"),
        where=(),
        new=True,
    ),
    "rename_account": Verb(
        lambda w, who: accounts.rename_account(actor=who, at=AT, account=w.here, name="Elsewhere", reason=REASON),
        ("account", "EDIT", "NONE"),
    ),
    "change_support_access_role": Verb(
        lambda w, who: accounts.change_support_access_role(actor=who, at=AT, account=w.here, role=None, reason=REASON),
        ("as.account.access", "EDIT", "NONE"),
    ),
    "save_account_information": Verb(
        lambda w, who: accounts.save_account_information(
            actor=who, at=AT, account=w.here, name="Here", support_access_role=None
        ),
        ("as.account.access", "EDIT", "NONE"),
        reasoned=False,
    ),
    "switch_feature": Verb(
        lambda w, who: accounts.switch_feature(
            actor=who, at=AT, account=w.here, feature=Feature.ADVANCED_ENVIRONMENT_ACCESS, on=True, reason=REASON
        ),
        ("account", "EDIT", "NONE"),
    ),
    "set_password_policy": Verb(
        lambda w, who: password_policies.set_password_policy(
            actor=who, at=AT, account=w.here, policy=PasswordPolicy(history=3), reason=REASON
        ),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
    "change_account_status": Verb(
        lambda w, who: accounts.change_account_status(
            actor=who, at=AT, account=w.here, status=Status.UNLIMITED, reason=REASON
        ),
        ("account", "EDIT", "NONE"),
        operator=True,
        gives=("here",),
    ),
    "suspend_account": Verb(
        lambda w, who: accounts.suspend_account(actor=who, at=AT, account=w.here, reason=REASON),
        ("account", "EDIT", "NONE"),
        operator=True,
        gives=("here",),
    ),
    "reactivate_account": Verb(
        lambda w, who: accounts.reactivate_account(actor=who, at=AT, account=w.here, reason=REASON),
        ("account", "EDIT", "NONE"),
        operator=True,
        prepare=_suspend,
        gives=("here",),
    ),
    "delete_account": Verb(
        lambda w, who: accounts.delete_account(actor=who, at=AT, account=w.here, reason=REASON),
        ("account", "DELETE", "NONE"),
        operator=True,
        gives=("here",),
        also=(("as.accountgroup", "DELETE", "NONE"),),
    ),
}
