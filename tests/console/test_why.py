"""The page "Why?": whole paths, smallest changes, and who may ask about whom."""

from typing import Any

import pytest
from django.urls import reverse

from tenantry.accounts.commands import create_managed_account, switch_feature
from tenantry.groups.commands import add_accounts_to_group, add_user_to_group, create_group
from tenantry.roles.commands import create_role
from tenantry.rules.features import Feature
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, RoleId
from tenantry.sharing.commands import share, withdraw
from tenantry.users.models import User
from tests.console.people import signed_in
from tests.store.factories import ADMINISTRATOR, AT, DAY, STANDARD_USER, SUPPORT, Somebody, a_user, an_account

pytestmark = pytest.mark.django_db


class World:
    """A primary whose group shares a role with a customer; somebody who holds it there, and somebody in the group."""

    def __init__(self) -> None:
        """Made by the commands themselves."""
        features = frozenset({Feature.ACCOUNT_GROUPS, Feature.ADVANCED_USER_SECURITY})
        self.primary = an_account("Partner", features)
        here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": self.primary}
        self.member: AccountId = create_managed_account(
            actor=OPERATOR, at=AT, primary=self.primary, name="Customer", trial_ends=AT + 30 * DAY
        )
        switch_feature(actor=OPERATOR, at=AT, account=self.member, feature=Feature.ADVANCED_USER_SECURITY, on=True)
        base = create_role(**here, name="Base", privileges=["VIEW_RESULT"])
        self.role = create_role(**here, name="Analyst", parent=base, privileges=["EXECUTE"])
        self.group = create_group(**here, name="Services")
        add_accounts_to_group(**here, group=self.group, members={self.member})
        share(**here, group=self.group, kind=Kind.ROLE, resources={self.role})
        self.boss = a_user(self.member, ADMINISTRATOR)
        self.holder = a_user(self.member, RoleId(self.role))
        self.partner = a_user(self.primary, ADMINISTRATOR)
        self.helper = a_user(self.primary, STANDARD_USER)
        User.objects.filter(pk=self.helper.id).update(signed_in=True)
        add_user_to_group(**here, group=self.group, email=self.helper.email, roles={SUPPORT}, notify=False)

    def asked(self, who: Somebody, within: AccountId, **question: str) -> tuple[int, str]:
        """What the page answers, in one line."""
        answer = signed_in(who.id, within).get(reverse("why"), question)
        return answer.status_code, " ".join(answer.content.decode().split())


@pytest.fixture
def world(db: None) -> World:
    """The world of every test here."""
    return World()


def test_the_whole_path_of_a_shared_role_is_told(world: World) -> None:
    """Role with its suffix, parent, group, and whose group it is."""
    status, page = world.asked(world.boss, world.member, user=world.holder.email, privilege="VIEW_RESULT")
    assert status == 200
    for part in ("may use View Results in Customer", "Analyst (shared)", "Base", "Services", "Partner", "SHARE-16"):
        assert part in page


def test_the_whole_path_of_group_access_is_told(world: World) -> None:
    """Group, role, and the Support Access Role it passes."""
    status, page = world.asked(world.boss, world.member, user=world.helper.email, privilege="EXECUTE")
    assert status == 200
    for part in ("in Account Group", "Services", "Support", "within Support Access Role", "Administrator", "GRP-14"):
        assert part in page


def test_a_denial_tells_what_would_help(world: World) -> None:
    """The smallest changes, and nobody's guess."""
    status, page = world.asked(world.boss, world.member, user=world.holder.email, privilege="BUILD")
    assert status == 200
    assert "may not use" in page
    assert "Give the user the role Standard User in" in page


def test_everybody_may_ask_about_themselves_and_nobody_else_without_the_right(world: World) -> None:
    """Others need one of the rights to manage people; the refusal names it."""
    assert world.asked(world.holder, world.member, privilege="EXECUTE")[0] == 200
    status, page = world.asked(world.holder, world.member, user=world.boss.email, privilege="EXECUTE")
    assert status == 403
    assert "User Management" in page


def test_a_primary_may_ask_about_the_accounts_it_manages_and_no_others(world: World) -> None:
    """Another account is answered as if it were not there (API-8)."""
    asked = {"user": world.helper.email, "privilege": "EXECUTE"}
    assert world.asked(world.partner, world.primary, account=world.member, **asked)[0] == 200
    stranger = an_account("Stranger")
    for account in (stranger, "nowhere"):
        assert world.asked(world.partner, world.primary, account=account, **asked)[0] == 404
    assert world.asked(world.boss, world.member, account=world.primary, **asked)[0] == 404


def test_every_refusal_of_a_privilege_leads_to_why(world: World) -> None:
    """One click from being refused to the reason."""
    answer = signed_in(world.holder.id, world.member).get(reverse("users"))
    assert answer.status_code == 403
    assert f"{reverse('why')}?privilege=USER_MANAGEMENT" in answer.content.decode()


def test_ui_1_and_ui_2_the_suffix_is_shown_in_two_places(world: World) -> None:
    """Beside a user of the managed account and in its dialog; not in the owner account, and not in what is stored."""
    boss = signed_in(world.boss.id, world.member)
    pages = [
        boss.get(reverse("users"), {"selected": world.holder.id}),
        boss.get(reverse("user_edit", kwargs={"user": world.holder.id})),
    ]
    assert [page.content.decode().count("Analyst (shared)") > 0 for page in pages] == [True, True]
    boss.post(reverse("user_edit", kwargs={"user": world.holder.id}), {"roles": [world.role, SUPPORT]})
    log = boss.get(reverse("audit_log")).content.decode()
    assert "Analyst" in log
    partner = signed_in(world.partner.id, world.primary)
    owned = [partner.get(reverse("roles")), partner.get(reverse("user_add")), partner.get(reverse("groups"))]
    for page in (log, *(page.content.decode() for page in owned)):
        assert "(shared)" not in page


def test_use_of_a_resource_is_explained_with_the_path_from_its_owner(world: World) -> None:
    """Who asks by a received role is told the group that carries it and the grant that lets him use it; withdrawn, that
    nothing brings it, and to the partner which group could.
    """
    resource = f"role:{world.role}"
    status, page = world.asked(world.boss, world.member, resource=resource)
    assert status == 200
    assert f"{world.boss.email} may use the role Analyst in Customer" in page
    assert "is shared through the account group Services" in page
    assert "Rules EFF-1, ROLE-9, ROLE-11, CONF-24, SHARE-3" in page
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": world.primary}
    withdraw(**here, group=world.group, kind=Kind.ROLE, resource=world.role)
    status, page = world.asked(world.boss, world.member, resource=resource)
    assert "may not use this role in Customer" in page
    assert "Analyst" not in page
    status, page = world.asked(
        world.partner, world.primary, resource=resource, account=world.member, user=world.boss.email
    )
    assert "No account group that holds" in page
    assert "Share the role Analyst with the account group Services." in page
