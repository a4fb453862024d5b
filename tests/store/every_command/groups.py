"""Account groups."""

from datetime import timedelta

from tenantry.groups import commands as groups, role_links as group_roles, validity as group_validity, with_resources
from tenantry.rules.vocabulary import Validity
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import REASON
from tests.store.factories import AT, STANDARD_USER, SUPPORT, hold_in_group

VERBS: dict[str, Verb] = {
    "make_all_accounts": Verb(
        lambda w, _: groups.make_all_accounts(account=w.plain),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "create_group": Verb(
        lambda w, who: groups.create_group(actor=who, at=AT, account=w.here, name="More", reason=REASON),
        ("as.accountgroup", "ADD", "NONE"),
        gives=("here",),
    ),
    "edit_group": Verb(
        lambda w, who: groups.edit_group(
            actor=who, at=AT, account=w.here, group=w.group, name="Other", alert_level="error", reason=REASON
        ),
        ("as.accountgroup", "UPDATE", "NONE"),
        gives=("here",),
    ),
    "remove_group": Verb(
        lambda w, who: groups.remove_group(actor=who, at=AT, account=w.here, group=w.group, reason=REASON),
        ("as.accountgroup", "DELETE", "NONE"),
        gives=("here",),
    ),
    "add_accounts_to_group": Verb(
        lambda w, who: groups.add_accounts_to_group(
            actor=who, at=AT, account=w.here, group=w.group, members={w.loner}, reason=REASON
        ),
        ("as.accountgroup.account", "ADD", "NONE"),
        raises=("here", "loner"),
    ),
    "remove_accounts_from_group": Verb(
        lambda w, who: groups.remove_accounts_from_group(
            actor=who, at=AT, account=w.here, group=w.group, members={w.member}, reason=REASON
        ),
        ("as.accountgroup.account", "DELETE", "NONE"),
        raises=("here", "member"),
    ),
    "add_user_to_group": Verb(
        lambda w, who: groups.add_user_to_group(
            actor=who, at=AT, account=w.here, group=w.group, email=w.ned.email, roles={SUPPORT}, reason=REASON
        ),
        ("as.accountgroup.user", "ADD", "NONE"),
        gives=("here",),
    ),
    "change_group_user_roles": Verb(
        lambda w, who: groups.change_group_user_roles(
            actor=who, at=AT, account=w.here, group=w.group, user=w.gus.id, roles={STANDARD_USER}, reason=REASON
        ),
        ("as.accountgroup.user", "UPDATE", "ROLE"),
        gives=("here",),
    ),
    "drop_group_role": Verb(
        lambda w, who: group_roles.drop_group_role(
            actor=who, at=AT, account=w.here, group=w.group, user=w.gus.id, role=w.spare, reason=REASON
        ),
        ("as.accountgroup.user", "UPDATE", "ROLE"),
        gives=("here",),
        prepare=lambda w: hold_in_group(w.here, w.group, w.gus, w.spare),
    ),
    "give_group_role": Verb(
        lambda w, who: group_roles.give_group_role(
            actor=who, at=AT, account=w.here, group=w.group, email=w.ned.email, role=SUPPORT, reason=REASON
        ),
        ("as.accountgroup.user", "ADD", "NONE"),
        gives=("here",),
    ),
    "take_group_role": Verb(
        lambda w, who: group_roles.take_group_role(
            actor=who, at=AT, account=w.here, group=w.group, user=w.gus.id, role=SUPPORT, reason=REASON
        ),
        ("as.accountgroup.user", "DELETE", "NONE"),
        gives=("here",),
    ),
    "create_group_with_resources": Verb(
        lambda w, who: with_resources.create_group_with_resources(
            actor=who, at=AT, account=w.here, name="With", resources={}, reason=REASON
        ),
        ("as.accountgroup", "ADD", "NONE"),
        gives=("here",),
    ),
    "edit_group_with_resources": Verb(
        lambda w, who: with_resources.edit_group_with_resources(
            actor=who, at=AT, account=w.here, group=w.group, name="With", reason=REASON
        ),
        ("as.accountgroup", "UPDATE", "NONE"),
        gives=("here",),
    ),
    "change_group_role_validity": Verb(
        lambda w, who: group_validity.change_group_role_validity(
            actor=who,
            at=AT,
            account=w.here,
            group=w.group,
            user=w.gus.id,
            role=SUPPORT,
            validity=Validity(ends=AT + timedelta(days=1)),
            reason=REASON,
        ),
        ("as.accountgroup.user", "UPDATE", "ROLE"),
        gives=("here",),
    ),
    "remove_user_from_group": Verb(
        lambda w, who: groups.remove_user_from_group(
            actor=who, at=AT, account=w.here, group=w.group, user=w.gus.id, reason=REASON
        ),
        ("as.accountgroup.user", "DELETE", "NONE"),
        gives=("here",),
    ),
    "forget_group_roles": Verb(
        lambda w, _: groups.forget_group_roles(role=w.spare, at=AT),
        None,
        where=(),
        raises=(),
        part=True,
        prepare=lambda w: hold_in_group(w.here, w.group, w.gus, w.spare, ends=AT),
    ),
    "forget_membership": Verb(
        lambda w, who: groups.forget_membership(actor=who, at=AT, account=w.member, primary=w.here),
        ("as.accountgroup.account", "DELETE", "NONE"),
        raises=(),
        part=True,
        reasoned=False,
    ),
    "forget_groups": Verb(
        lambda w, who: groups.forget_groups(actor=who, at=AT, account=w.here),
        ("as.accountgroup", "DELETE", "NONE"),
        raises=(),
        part=True,
        reasoned=False,
    ),
}
