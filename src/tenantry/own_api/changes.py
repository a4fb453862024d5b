"""Changes that are looked at before they are made: how they are written, what they would change, and how they are done.

Each is judged as its page judges it: the right first, then whether it can be at all.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from msgspec import UNSET, Meta, UnsetType

from tenantry.accounts.commands import change_support_access_role, features_change, switch_feature
from tenantry.accounts.queries import existing_account
from tenantry.groups.commands import remove_accounts_from_group, remove_group, remove_user_from_group
from tenantry.groups.queries import group_of, group_user, members_among
from tenantry.own_api.bodies import Strict
from tenantry.platform_api.calls import Call
from tenantry.previews.commands import Confirmation
from tenantry.roles.commands import KEEP, changed_role, edit_role, remove_role, removed_role
from tenantry.roles.wire_ids import meant_role
from tenantry.rules import refusals as no
from tenantry.rules.accounts import check_feature_switch
from tenantry.rules.changes import AccountsLeave, Change, GroupGoes, SupportAccessChanges, UserLeaves
from tenantry.rules.features import Feature
from tenantry.rules.groups import check_not_all_accounts
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, GroupId, RoleId, user_key
from tenantry.sharing.commands import end_of, withdraw
from tenantry.sharing.queries import is_shared_in
from tenantry.users.queries import person_by_email

Key = Annotated[str, Meta(min_length=1, max_length=255)]
Email = Annotated[str, Meta(min_length=1, max_length=254)]


class Asked(Strict, tag_field="kind"):
    """A change; `privilege` is what it needs."""

    privilege = "ACCOUNT_GROUP_MANAGEMENT"

    def change(self, call: Call) -> Change:
        """What it would change, once it is known that the caller may."""
        raise NotImplementedError

    def carry_out(self, call: Call, confirmed: Confirmation) -> None:
        """Do it as it was seen."""
        raise NotImplementedError


def _acting(call: Call, confirmed: Confirmation) -> dict[str, Any]:
    return {"actor": call.actor, "at": call.at, "account": call.account, "confirmed": confirmed}


def _looking(call: Call) -> dict[str, Any]:
    return {"actor": call.actor, "at": call.at, "account": call.account}


class RoleEdited(Asked, tag="role_edited"):
    """A custom role gets the members given; those left out stay (ROLE-10, ROLE-19)."""

    privilege = "USER_MANAGEMENT"
    role: Key
    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    parent: str | UnsetType | None = UNSET
    privileges: list[str] | UnsetType = UNSET

    def _wanted(self) -> dict[str, Any]:
        parent = self.parent
        return {
            "role": meant_role(self.role),
            "name": KEEP if self.name is UNSET else self.name,
            "description": KEEP if self.description is UNSET else self.description,
            "parent": KEEP if parent is UNSET else meant_role(parent) if isinstance(parent, str) else None,
            "privileges": KEEP if self.privileges is UNSET else self.privileges,
        }

    def change(self, call: Call) -> Change:
        """The role with these members."""
        return changed_role(**_looking(call), **self._wanted())

    def carry_out(self, call: Call, confirmed: Confirmation) -> None:
        """Edit it."""
        edit_role(**_acting(call, confirmed), **self._wanted())


class RoleDeleted(Asked, tag="role_deleted"):
    """A custom role goes (ROLE-13)."""

    privilege = "USER_MANAGEMENT"
    role: Key

    def change(self, call: Call) -> Change:
        """Everything without the role."""
        return removed_role(**_looking(call), role=meant_role(self.role))

    def carry_out(self, call: Call, confirmed: Confirmation) -> None:
        """Delete it."""
        remove_role(**_acting(call, confirmed), role=meant_role(self.role))


class ShareWithdrawn(Asked, tag="share_withdrawn"):
    """A resource is taken off an account group (SHARE-7)."""

    group: Key
    type: Kind
    resource: Key

    def change(self, call: Call) -> Change:
        """The group without the share."""
        if self.type.words.privilege is not None:
            call.require(self.type.words.privilege)
        group = group_of(call.account, self.group)
        if not is_shared_in(group, self.type, self.resource):
            raise Refused(no.NotInGroup(what=self.resource))
        return end_of(self.type, call.account, GroupId(group.id), self.resource)

    def carry_out(self, call: Call, confirmed: Confirmation) -> None:
        """Withdraw it."""
        withdraw(**_acting(call, confirmed), group=GroupId(self.group), kind=self.type, resource=self.resource)


class AccountLeavesGroup(Asked, tag="account_leaves_group"):
    """An account is taken out of an account group (GRP-17)."""

    group: Key
    account: Key

    def change(self, call: Call) -> Change:
        """The account without the group."""
        group = group_of(call.account, self.group)
        refuse(check_not_all_accounts("its accounts cannot be edited", everywhere=group.everywhere))
        leaving = frozenset({AccountId(self.account)})
        if members_among(group, leaving) != leaving:
            raise Refused(no.NotInGroup(what=self.account))
        return AccountsLeave(call.account, GroupId(group.id), leaving)

    def carry_out(self, call: Call, confirmed: Confirmation) -> None:
        """Take it out."""
        leaving = frozenset({AccountId(self.account)})
        remove_accounts_from_group(**_acting(call, confirmed), group=GroupId(self.group), members=leaving)


class UserLeavesGroup(Asked, tag="user_leaves_group"):
    """Somebody is taken out of an account group (GRP-18)."""

    group: Key
    user: Email

    def _person(self, call: Call) -> int:
        person = person_by_email(self.user)
        return group_user(group_of(call.account, self.group), 0 if person is None else person.pk).id

    def change(self, call: Call) -> Change:
        """The group without the person."""
        self._person(call)
        return UserLeaves(call.account, GroupId(self.group), user_key(self.user))

    def carry_out(self, call: Call, confirmed: Confirmation) -> None:
        """Take the person out."""
        remove_user_from_group(**_acting(call, confirmed), group=GroupId(self.group), user=self._person(call))


class GroupDeleted(Asked, tag="group_deleted"):
    """An account group goes with its users, accounts and shares (GRP-19)."""

    group: Key

    def change(self, call: Call) -> Change:
        """All groups but this one."""
        group = group_of(call.account, self.group)
        refuse(check_not_all_accounts("it cannot be deleted", everywhere=group.everywhere))
        return GroupGoes(call.account, GroupId(group.id))

    def carry_out(self, call: Call, confirmed: Confirmation) -> None:
        """Delete it."""
        remove_group(**_acting(call, confirmed), group=GroupId(self.group))


class FeatureSwitched(Asked, tag="feature_switched"):
    """A feature is switched on or off; which ones administrators switch, the law says (ACC-9)."""

    privilege = "ACCOUNT_ADMIN"
    feature: Feature
    on: bool

    def change(self, call: Call) -> Change:
        """The account with its features then."""
        row = existing_account(call.account)
        managed = row.primary is not None
        refuse(check_feature_switch(self.feature, operator=False, account=row.id, managed=managed, on=self.on))
        after = row.features | {self.feature} if self.on else row.features - {self.feature}
        return features_change(call.account, after)

    def carry_out(self, call: Call, confirmed: Confirmation) -> None:
        """Switch it."""
        switch_feature(**_acting(call, confirmed), feature=self.feature, on=self.on)


class SupportAccessRoleChanged(Asked, tag="support_access_role_changed"):
    """The account gets another Support Access Role; null is no access (SUP-8)."""

    privilege = "ACCOUNT_ADMIN"
    role: Key | None

    def _role(self) -> RoleId | None:
        return None if self.role is None else meant_role(self.role)

    def change(self, call: Call) -> Change:
        """The account with this Support Access Role."""
        role = self._role()
        if role is not None and role not in call.facts.roles:
            raise Refused(no.RoleNotFound())
        return SupportAccessChanges(call.account, role)

    def carry_out(self, call: Call, confirmed: Confirmation) -> None:
        """Choose it."""
        change_support_access_role(**_acting(call, confirmed), role=self._role())


AnyChange = (
    RoleEdited
    | RoleDeleted
    | ShareWithdrawn
    | AccountLeavesGroup
    | UserLeavesGroup
    | GroupDeleted
    | FeatureSwitched
    | SupportAccessRoleChanged
)
"""One of the changes that can be looked at."""

KINDS: Final[Mapping[str, type[Asked]]] = {str(kind.__struct_config__.tag): kind for kind in AnyChange.__args__}
"""The changes by what they are called."""
