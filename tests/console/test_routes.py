"""The route table: every address with what it needs, asked by everybody who must and must not get in."""

from dataclasses import dataclass, field

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.console.people import House, make_house, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@dataclass(frozen=True)
class Route:
    """One address: the privilege it needs (none: being signed in is enough; "open": not even that), and the answers.

    `thing` names the id in the address: a user or a role, which must be the account's own.
    """

    name: str
    needs: str
    thing: str = ""
    get: int = 200
    post: int = 405
    data: dict[str, str] = field(default_factory=dict)


MANAGE = "USER_MANAGEMENT"

ROUTES = (
    Route("home", "", get=302),
    Route("sign_in", "open", get=200, post=422),
    Route("sign_out", "open", get=405, post=302),
    Route("choose_password", "open", thing="link", get=410, post=410),
    Route("switch_account", "", post=403, data={"account": "nowhere"}),
    Route("user_information", "", post=200),
    Route("preferences", "", post=422),
    Route("users", MANAGE),
    Route("user_add", MANAGE, post=422),
    Route("user_edit", MANAGE, thing="user", post=422),
    Route("user_remove", MANAGE, thing="user", post=303),
    Route("user_invite", MANAGE, thing="user", get=405, post=303),
    Route("user_role_remove", MANAGE, thing="user and role", get=405, post=303),
    Route("roles", MANAGE),
    Route("role_add", MANAGE, post=422),
    Route("role_edit", MANAGE, thing="role", post=422),
    Route("role_remove", MANAGE, thing="role", post=303),
    Route("account_information", "ACCOUNT_ADMIN", post=422),
    Route("features", "ACCOUNT_ADMIN", post=303),
    Route("audit_log", "VIEW_AUDIT_LOGS"),
    Route("outbox", "", get=404),
)


def address(route: Route, house: House) -> str:
    """The route's address, with the things of this house in it."""
    match route.thing:
        case "user":
            return reverse(route.name, kwargs={"user": house.bystander})
        case "user and role":
            return reverse(route.name, kwargs={"user": house.bystander, "role": house.role})
        case "role":
            return reverse(route.name, kwargs={"role": house.role})
        case "link":
            return reverse(route.name, kwargs={"person": "MQ", "token": "no-token"})
        case _:
            return reverse(route.name)


def names(patterns: list[URLPattern | URLResolver]) -> list[str]:
    """The names of all addresses below."""
    found: list[str] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += names(pattern.url_patterns)
        else:
            found.append(str(pattern.name))
    return found


def test_every_route_is_in_the_table() -> None:
    """A new address has to say here what it needs."""
    assert sorted(names(get_resolver().url_patterns)) == sorted(route.name for route in ROUTES)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
class TestRoutes:
    """What each address answers to whom."""

    def test_an_administrator_gets_in(self, route: Route) -> None:
        """With the right, both methods answer as the table says."""
        house = make_house("Acme")
        client = signed_in(house.administrator, house.account)
        expected = 302 if route.name == "sign_in" else route.get
        assert client.get(address(route, house)).status_code == expected
        assert client.post(address(route, house), route.data).status_code == route.post

    def test_without_the_right_it_is_refused_by_name(self, route: Route) -> None:
        """Without it the answer is 403 and names the privilege and its rule; nothing else needs a right."""
        house = make_house("Acme")
        client = signed_in(house.bystander, house.account)
        for method, allowed in (("get", route.get), ("post", route.post)):
            if allowed == 405:
                continue
            answer = getattr(client, method)(address(route, house), route.data)
            if route.needs in {"", "open"}:
                assert answer.status_code in {allowed, 302}
            else:
                assert answer.status_code == 403
                assert route.needs in answer.content.decode()
                assert "ROLE-11" in answer.content.decode()

    def test_nobody_gets_in_without_signing_in(self, route: Route) -> None:
        """Signed out, every page but the open ones leads to the sign-in page."""
        house = make_house("Acme")
        client = Client(headers={"host": "127.0.0.1"})
        for method, allowed in (("get", route.get), ("post", route.post)):
            if allowed == 405:
                continue
            answer = getattr(client, method)(address(route, house), route.data)
            if route.needs == "open":
                assert answer.status_code == allowed
            else:
                assert answer.status_code == 302
                assert answer["Location"].startswith(reverse("sign_in"))

    def test_what_belongs_to_another_account_is_not_there(self, route: Route) -> None:
        """An administrator who names a user or role of another account learns nothing and changes nothing."""
        if route.thing not in {"user", "role", "user and role"}:
            assert route.thing in {"", "link"}
            return
        mine, theirs = make_house("Acme"), make_house("Rival")
        client = signed_in(mine.administrator, mine.account)
        nobody = make_house("Gone")
        invented = House(nobody.account, 0, 987654, type(nobody.role)("no-such-role"))
        for method, allowed in (("get", route.get), ("post", route.post)):
            if allowed == 405:
                continue
            foreign = getattr(client, method)(address(route, theirs))
            missing = getattr(client, method)(address(route, invented))
            assert foreign.status_code == missing.status_code == 404
            assert b"rival" not in foreign.content.lower()

    def test_forms_from_elsewhere_are_refused(self, route: Route) -> None:
        """A post without the form's token is refused before anything happens (CSRF)."""
        if route.post == 405:
            assert route.get != 405
            return
        house = make_house("Acme")
        browser = signed_in(house.administrator, house.account)
        strict = Client(enforce_csrf_checks=True, headers={"host": "127.0.0.1"})
        strict.cookies = browser.cookies
        assert strict.post(address(route, house), route.data).status_code == 403


@pytest.mark.parametrize("selected", ["user", "role"])
def test_a_selection_of_another_account_is_not_there(selected: str) -> None:
    """The right pane of a list shows things of one's own account only."""
    mine, theirs = make_house("Acme"), make_house("Rival")
    client = signed_in(mine.administrator, mine.account)
    page, thing = ("users", theirs.bystander) if selected == "user" else ("roles", theirs.role)
    answer = client.get(reverse(page), {"selected": str(thing)})
    assert answer.status_code == 404
    assert b"rival" not in answer.content.lower()


def test_every_answer_carries_the_security_headers() -> None:
    """Nothing inline, nothing from elsewhere, no frames, no caching."""
    answer = Client(headers={"host": "127.0.0.1"}).get(reverse("sign_in"))
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert "no-store" in answer["Cache-Control"]


def test_a_foreign_host_name_is_refused() -> None:
    """Links in mails never carry a host name that the request invented."""
    assert Client(headers={"host": "evil.example"}).get(reverse("sign_in")).status_code == 400
