"""Cloud Management and what customers see of clouds, in the console."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from tenantry.clouds.clusters import note_cluster
from tenantry.clouds.models import CloudQuota
from tenantry.deploy.commands import deploy
from tenantry.rules.places import Classification
from tenantry.rules.vocabulary import RuntimeId
from tenantry.runtimes.models import Runtime
from tests.console.people import signed_in
from tests.store.factories import AT, a_role, a_user
from tests.store.partners import around_all_tests
from tests.store.skies import Sky, a_cloud, a_quota, an_attachment, cluster_in, lend_cloud, make_sky
from tests.store.workplaces import a_package, a_process, a_runtime, an_environment

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Sky]:
    """Made once; what a test does in it is rolled back."""
    with around_all_tests(django_db_blocker):
        yield make_sky()


@pytest.fixture
def sky(made: Sky, db: None) -> Sky:
    """A partner that shares a cloud with a customer."""
    return made


def owner(sky: Sky) -> Client:
    """The partner's administrator, signed in."""
    return signed_in(sky.ann.id, sky.home)


def customer(sky: Sky) -> Client:
    """The customer's administrator, signed in."""
    return signed_in(sky.max.id, sky.member)


def at(name: str, **query: str) -> str:
    """An address."""
    return f"{reverse(name)}?{urlencode(query)}"


def test_cloud_9_browsing_that_is_off_in_the_cloud_itself_is_an_error(sky: Sky) -> None:
    """Tenants see the cloud all the same; where the owner does not allow it they see nothing to browse."""
    production = an_environment(sky.member, "Production")
    made = sky.attachment(name="Slot", environment=production)
    deploy(**sky.customer, package=a_package(sky.member, a_process(sky.member)), environment=production)
    browser, browse = customer(sky), at("attachment_browse", runtime=made)
    here = at("environment", environment=production, tab="runtimes")
    answer = browser.get(browse)
    assert (answer.status_code, b"Orders" in answer.content) == (200, True)
    note_cluster(at=AT, account=sky.home, cluster=cluster_in(sky.north), browsing=False)
    assert b"Browse Slot" in browser.get(here).content
    answer = browser.get(browse)
    assert (answer.status_code, b"CLOUD-9" in answer.content, b"Orders" in answer.content) == (409, True, False)
    sky.allows(allow_browsing=False)
    assert b"Browse Slot" not in browser.get(here).content
    assert b"does not allow browsing" in browser.get(browse).content
    sky.allows(allow_browsing=True)
    sky.withdraw()
    assert b"CLOUD-8" in browser.get(browse).content


def test_cloud_5_at_the_maximum_the_choice_is_unavailable_and_says_why(sky: Sky) -> None:
    """Before, it tells how many remain; a choice that is unavailable cannot be made by hand either."""
    browser, page = customer(sky), reverse("attachment_add")
    text = browser.get(page).content.decode()
    assert "North (shared)" in text
    assert "2 attachments remaining" in text
    answer = browser.post(page, {"cloud": sky.north, "name": "Slot"})
    assert (answer.status_code, answer["Location"]) == (303, reverse("runtime_management"))
    assert browser.post(page, {"cloud": "", "name": "Slot"}).status_code == 422
    assert browser.post(page, {"cloud": sky.north, "name": " "}).status_code == 422
    sky.attachment()
    answer = browser.get(page)
    [shown] = answer.context["clouds"]
    assert (shown["rule"], "2 of at most 2" in shown["why_not"], answer.context["any"]) == ("CLOUD-5", True, False)
    assert b"disabled" in answer.content
    answer = browser.post(page, {"cloud": sky.north, "name": "Slot"})
    assert (answer.status_code, b"Rule CLOUD-5" in answer.content) == (422, True)
    assert Runtime.rows.of(sky.member).count() == 2


def test_cloud_5_clouds_are_searched_and_nobody_sees_those_of_others(sky: Sky) -> None:
    """Without any it says so, and who may only install local runtimes is not led there."""
    lend_cloud(sky.home, sky.group, a_cloud(sky.home, "South"))
    browser = customer(sky)
    answer = browser.post(reverse("attachment_add"), {"search": "1", "q": "sou"})
    assert (answer.status_code, [one["name"] for one in answer.context["clouds"]]) == (200, ["South"])
    assert Runtime.rows.of(sky.member).count() == 0
    stranger = a_user(sky.other, a_role(sky.other, "Engines", "ATOM_MANAGEMENT"))
    answer = signed_in(stranger.id, sky.other).get(reverse("attachment_add"))
    assert b"has no runtime cloud, and none is shared to it" in answer.content
    builder = a_user(sky.member, a_role(sky.member, "Builder", "BUILD"))
    answer = signed_in(builder.id, sky.member).get(reverse("runtime_install"))
    assert (answer.status_code, b"In the Cloud" in answer.content) == (200, False)
    assert b"In the Cloud" in browser.get(reverse("runtime_install")).content


def test_env_4_and_cloud_8_what_cannot_be_attached_is_not_offered(sky: Sky) -> None:
    """From either side: other classifications, and attachments that are Unavailable."""
    production, test = (
        an_environment(sky.member, name, classification=kind) for name, kind in (("Live", "PROD"), ("Trial", "TEST"))
    )
    other = a_cloud(sky.home, "Trials", classification=Classification.TEST)
    lend_cloud(sky.home, sky.group, other)
    local = a_runtime(sky.member, name="Local").id
    live, trial = sky.attachment(name="Live slot"), an_attachment(sky.member, other, "Trial slot")
    browser = customer(sky)

    def offered(environment: str) -> set[RuntimeId]:
        found = browser.get(at("runtime_attach", environment=environment)).context["runtimes"]
        return {row.id for row in found}

    assert offered(production) == {local, live}
    assert offered(test) == {local, trial}
    places = browser.get(at("runtime_attach", runtime=live)).context["environments"]
    assert [one.id for one in places] == [production]
    sky.withdraw()
    assert offered(production) == {local}
    page = browser.get(reverse("runtime_management")).content.decode()
    assert "Live slot is Unavailable: the cloud North is not shared with this account any more." in page
    assert f"{reverse('runtime_rename')}?runtime={live}" not in page
    assert f"{reverse('runtime_remove')}?runtime={live}" in page


def test_cloud_4_the_dialogs_of_quotas(sky: Sky) -> None:
    """Accounts are searched; a number that cannot be is told at its field, another refusal above the form."""
    browser, add = owner(sky), at("quota_add", cloud=sky.north)
    sky.attachment()
    sky.attachment()
    answer = browser.post(add, {"search": "1", "q": "memb", "maximum": "7"})
    assert (answer.status_code, [one["name"] for one in answer.context["accounts"]]) == (200, ["Member"])
    assert not CloudQuota.rows.of(sky.home).exists()
    assert browser.post(add, {"maximum": "3"}).context["error"] == "Choose an account."
    for maximum in ("1", "-2", "x", ""):
        answer = browser.post(add, {"account": sky.member, "maximum": maximum})
        assert (answer.status_code, bool(answer.context["form"].errors["maximum"])) == (422, True)
    answer = browser.post(add, {"account": sky.other, "maximum": "3"})
    assert (answer.status_code, b"Rule CLOUD-4" in answer.content) == (422, True)
    assert browser.post(add, {"account": sky.member, "maximum": "3"}).status_code == 303
    of_member = {"cloud": sky.north, "account": sky.member}
    assert browser.post(at("quota_edit", **of_member), {"maximum": "-1"}).status_code == 303
    assert CloudQuota.rows.of(sky.home).get().maximum == -1
    sky.withdraw()
    page = browser.get(at("cloud_quotas", cloud=sky.north)).content
    assert b"No more" in page
    assert b"Edit Quota" not in page
    answer = browser.get(at("quota_remove", **of_member))
    assert (b"Rule CLOUD-4" in answer.content, b"button danger" in answer.content) == (True, False)


def test_cloud_7_the_dialogs_tell_what_becomes_of_attachments(sky: Sky) -> None:
    """Of the last cluster, and of the cloud without clusters; with own attachments there is nothing to confirm."""
    browser = owner(sky)
    sky.attachment()
    cluster = at("cluster_remove", cluster=cluster_in(sky.north))
    own = an_attachment(sky.home, sky.north)
    blocked = browser.get(cluster).content
    assert (b"Rule CLOUD-7" in blocked, b"button danger" in blocked) == (True, False)
    Runtime.rows.of(sky.home).filter(id=own).delete()
    assert b"1 attachment in 1 account become Unavailable" in browser.get(cluster).content
    assert b"it has 1 cluster(s)" in browser.get(at("cloud_remove", cloud=sky.north)).content
    assert browser.post(cluster).status_code == 303
    told = browser.get(at("cloud_remove", cloud=sky.north)).content
    assert b"1 attachment in 1 account stay Unavailable for good" in told
    assert browser.post(at("cloud_remove", cloud=sky.north)).status_code == 303
    assert b"In a cloud that was deleted" in customer(sky).get(reverse("runtime_management")).content


def test_cloud_2_properties_are_saved_and_refused_where_they_belong(sky: Sky) -> None:
    """A taken name at the name; what is not checked is not allowed."""
    a_cloud(sky.home, "South", clusters=0)
    a_quota(sky.home, sky.north, sky.member, 3)
    browser, page = owner(sky), at("cloud", cloud=sky.north)
    answer = browser.post(page, {"name": "SOUTH", "max_attachments": "1"})
    assert (answer.status_code, bool(answer.context["form"].errors["name"])) == (422, True)
    assert browser.post(page, {"name": "North", "max_attachments": "5", "allow_browsing": "on"}).status_code == 303
    row = sky.cloud()
    assert (row.allow_deployments, row.allow_browsing, row.allow_test_executions) == (False, True, False)
    assert row.max_attachments == 5
    answer = browser.post(reverse("cloud_add"), {"name": "East", "max_attachments": "-1", "classification": "TEST"})
    assert answer.status_code == 303
    assert [one.name for one in browser.get(reverse("clouds"), {"q": "ea"}).context["clouds"]] == ["East"]
