"""Single sign-on by SAML: when an answer counts, and whom it names."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tenantry.rules import saml
from tenantry.rules.refusals import SamlAnswerNotValid, SamlFederationIdMissing
from tenantry.rules.saml import Answer, Comparison, Confirmation, Context, Location, Wanted

AT = datetime(2031, 5, 20, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
URL = "https://platform.example/sso/a/saml"
CONFIRMED = Confirmation(recipient=URL, in_response_to=None, not_before=None, not_on_or_after=AT + timedelta(minutes=5))
GOOD = Answer(
    assertion="_a",
    status=saml.SUCCESS,
    encrypted=False,
    destination=URL,
    in_response_to=None,
    not_before=AT,
    not_on_or_after=AT + timedelta(minutes=5),
    audiences=(frozenset({URL}),),
    confirmations=(CONFIRMED,),
    contexts=(saml.PASSWORD_PROTECTED_TRANSPORT,),
    authenticated_at=AT,
    session_ends=None,
    name_id="name",
    federation_ids=("fed",),
)
WANTED = Wanted(url=URL, encrypted=False, context=Context.PASSWORD_PROTECTED_TRANSPORT, comparison=Comparison.EXACT)
SMARTCARD = "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI"
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"


def counts(answer: Answer, wanted: Wanted = WANTED, at: datetime = AT) -> bool:
    """Whether the answer counts then."""
    found = saml.check_answer(answer, wanted, at)
    assert found is None or isinstance(found, SamlAnswerNotValid)
    return found is None


def test_sso_13_a_good_answer_counts() -> None:
    """Status success, Destination and Recipient the account's Sign In URL, Audience match, in time, well proven."""
    assert counts(GOOD)


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "urn:oasis:names:tc:SAML:2.0:status:Requester"},
        {"encrypted": True},
        {"destination": None},
        {"destination": URL + "/"},
        {"destination": URL.upper()},
        {"audiences": ()},
        {"audiences": (frozenset(),)},
        {"audiences": (frozenset({URL}), frozenset({"other"}))},
        {"confirmations": ()},
        {"confirmations": (replace(CONFIRMED, recipient=None),)},
        {"confirmations": (replace(CONFIRMED, recipient=URL + "/"),)},
        {"confirmations": (replace(CONFIRMED, not_on_or_after=None),)},
        {"confirmations": (replace(CONFIRMED, not_before=AT + timedelta(seconds=61)),)},
        {"contexts": ()},
        {"contexts": (PASSWORD,)},
        {"contexts": (saml.PASSWORD_PROTECTED_TRANSPORT, PASSWORD)},
        {"session_ends": AT - timedelta(seconds=60)},
        {"in_response_to": "_1", "confirmations": (replace(CONFIRMED, in_response_to="_2"),)},
    ],
)
def test_sso_13_one_wrong_part_is_enough(wrong: dict[str, Any]) -> None:
    """Each of them alone."""
    assert not counts(replace(GOOD, **wrong))


def test_sso_13_sixty_seconds_of_skew_and_not_one_microsecond_more() -> None:
    """NotBefore holds from sixty seconds before, NotOnOrAfter until sixty seconds after: for conditions and bearers."""
    minute = timedelta(seconds=60)
    assert counts(GOOD, at=AT - minute)
    assert not counts(GOOD, at=AT - minute - TICK)
    end = AT + timedelta(minutes=5)
    assert counts(GOOD, at=end + minute - TICK)
    assert not counts(GOOD, at=end + minute)
    longer = replace(GOOD, not_on_or_after=end + timedelta(hours=1))
    assert not counts(longer, at=end + minute)
    late = replace(GOOD, not_before=None, confirmations=(replace(CONFIRMED, not_before=AT),))
    assert counts(late, at=AT - minute)
    assert not counts(late, at=AT - minute - TICK)
    assert counts(replace(GOOD, session_ends=AT - minute + TICK))


def test_sso_13_the_context_is_met_exactly_at_least_or_left_open() -> None:
    """Exact wants the very one, minimum one at least as good, unspecified asks for nothing."""
    at_least = replace(WANTED, comparison=Comparison.MINIMUM)
    left_open = replace(WANTED, context=Context.UNSPECIFIED)
    strong, weak = replace(GOOD, contexts=(SMARTCARD,)), replace(GOOD, contexts=(PASSWORD,))
    assert [counts(one, wanted) for one in (GOOD, strong, weak) for wanted in (WANTED, at_least, left_open)] == [
        *(True, True, True),
        *(False, True, True),
        *(False, False, True),
    ]
    assert counts(replace(GOOD, contexts=()), left_open)


def test_sso_13_an_assertion_is_remembered_as_long_as_it_could_be_handed_in() -> None:
    """Until the last of its confirmations has ended, and the skew; whatever times a provider writes."""
    later = replace(CONFIRMED, not_on_or_after=AT + timedelta(hours=1))
    assert saml.kept_until(replace(GOOD, confirmations=(later, CONFIRMED)), AT) == AT + timedelta(hours=1, seconds=60)
    end = datetime.max.replace(tzinfo=UTC)
    forever = replace(GOOD, confirmations=(replace(CONFIRMED, not_on_or_after=end),))
    assert saml.kept_until(forever, AT) > AT + timedelta(days=365_000)


def test_sso_14_the_federation_id_is_the_attribute_or_the_name_id() -> None:
    """One, and not too long, where the account has it looked for."""
    attribute, name_id = Location.ATTRIBUTE, Location.NAME_ID
    assert saml.federation_id(GOOD, attribute) == "fed"
    assert saml.federation_id(GOOD, name_id) == "name"
    for wrong in ((), ("fed", "fed"), ("",), ("x" * 256,)):
        assert saml.federation_id(replace(GOOD, federation_ids=wrong), attribute) == SamlFederationIdMissing()
    assert saml.federation_id(replace(GOOD, name_id=None), name_id) == SamlFederationIdMissing()


def test_sso_16_who_was_not_asked_again_unlocks_nothing() -> None:
    """The instant of authentication is not before the request, but for the skew."""
    asked = AT + timedelta(seconds=60)
    assert saml.check_renewed(GOOD, asked) is None
    assert isinstance(saml.check_renewed(GOOD, asked + TICK), SamlAnswerNotValid)
