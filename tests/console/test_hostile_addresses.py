"""Addresses that no page of ours makes: answered clearly, never with a failure."""

import pytest

from tenantry.store.paging import mark
from tests.console.people import make_house, signed_in

pytestmark = pytest.mark.django_db

HUGE = "9" * 23


def test_hand_written_addresses_are_answered_clearly() -> None:
    """Ids beyond any row are not there, marks that are none start at the first page, zero characters are refused."""
    house = make_house("Acme")
    client = signed_in(house.administrator, house.account)
    answers = {
        f"/users/?selected={HUGE}": 404,
        f"/users/{HUGE}/edit/": 404,
        "/users/?q=%00": 400,
        "/roles/?selected=%00": 400,
        "/users/?after=@@@": 200,
        "/users/?after=" + mark((None,)): 200,
        "/users/?after=" + mark(({"a": 1},)): 200,
        "/audit/?after=" + mark(("x",)): 200,
        "/audit/?after=" + mark((10**30,)): 200,
        "/roles/?after=" + mark((1,)): 200,
        "/switch-account/?after=" + mark((1, None)): 200,
        f"/welcome/{HUGE}/no-token/": 410,
        f"/reset-password/{HUGE}/": 410,
        "/groups/?group=" + "x" * 3000: 404,
        "/groups/?group=..%2F..%2Fetc": 404,
        f"/groups/?person={HUGE}": 404,
        "/groups/?person=minus-one": 200,
        "/groups/?after=" + mark((None, None)): 200,
        "/groups/?people_after=" + mark(({},)): 200,
        "/groups/choose/?after=" + mark(("x", "y", "z")): 200,
        "/groups/accounts/users/": 404,
        "/groups/accounts/users/?account=" + "x" * 3000: 404,
        "/groups/accounts/membership/?account=nowhere": 404,
        "/groups/accounts/remove/?account=nowhere": 409,
        f"/groups/users/{HUGE}/edit/": 404,
        "/groups/resources/?role_after=@@@&planet_q=x": 200,
        "/groups/resources/?cloud_q=%00": 400,
        "/groups/resources/planet/add/": 404,
        "/groups/resources/cloud/remove/?resource=nothing": 404,
        "/groups/resources/role/remove/?resource=nothing": 404,
        f"/account/support/{HUGE}/expire/": 404,
        "/previews/" + "x" * 3000 + "/": 404,
        f"/me/tokens/revoke/?token={HUGE}": 404,
        "/me/tokens/rename/?token=-1": 404,
        "/tokens/?q=%00": 400,
        "/tokens/?after=" + mark((10**30,)): 200,
        "/tokens/?date=range&date_from=0000-00-00&date_to=9999-12-31&status=odd": 200,
        "/tokens/?q=" + "x" * 3000: 200,
        f"/tokens/revoke/?token={HUGE}": 404,
        f"/trusted-addresses/edit/?entry={HUGE}": 404,
        "/trusted-addresses/delete/?entry=one": 404,
        "/cors/?after=" + mark(({"a": 1},)): 200,
        f"/cors/edit/?rule={HUGE}": 404,
    }
    assert {address: client.get(address).status_code for address in answers} == answers
