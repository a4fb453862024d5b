"""Connectors (CONN): the pure part."""

from datetime import UTC, datetime, timedelta

from tenantry.rules import refusals as no
from tenantry.rules.connectors import (
    Review,
    State,
    Visibility,
    Way,
    beginning_of,
    check_change,
    check_classification,
    check_development,
    check_due,
    check_name,
    check_publisher_name,
    connector_type,
    connector_types_in,
    free_word,
    next_version,
    on_the_hour,
    owner_prefixes,
    parts_of,
    word_of,
)


def test_conn_3_a_type_is_made_of_account_group_and_classification() -> None:
    """Type = `accountID-connectorType-classification`."""
    assert connector_type("docabc-RF19QA", "salesforce", "dev") == "docabc-RF19QA-salesforce-dev"


def test_conn_3_components_name_connectors_by_their_type() -> None:
    """XML by attributes, JSON by members, whatever stands around them and however they are written."""
    xml = """<?xml version="1.0" encoding="UTF-16"?>
    <!-- connector-type="c-x-comment" --><p connector-type="a-one-dev"><q connector-type='a-two-R&amp;D'/>
    <r x:connector-type="a-prefixed-dev" xmlns:x="x"/>connector-type="a-text-dev"
    <s connector-type=" a-one-dev "/></p>"""
    assert connector_types_in(xml) == {"a-one-dev", "a-two-R&D"}
    json = r"""{"connectorType": "a-one-dev", "steps": [["connectorType",
    {"connectorTyp\u0065" : "a-tw\u006f-\"dev\""}],
    {"text": "\"connectorType\": \"a-text-dev\"", "connectorType": 7, "connectorType": null, "\\": "connectorType",
    "last": {"connectorType"
    : "a-three-dev"}}]}"""
    assert connector_types_in(json) == {"a-one-dev", 'a-two-"dev"', "a-three-dev"}
    assert connector_types_in('{"plain": "text"}') == connector_types_in("<plain/>") == frozenset()


def test_conn_3_deep_and_long_texts_are_read_as_well() -> None:
    """Neither nesting nor length keeps a connector from being seen; what is no possible type is left out."""
    deep = '{"connectorType": "a-b-c", "x": ' + "[" * 100_000 + "]" * 100_000 + "}"
    assert connector_types_in(deep) == {"a-b-c"}
    assert connector_types_in('{"connectorType": "' + "x" * 1000 + '"}') == frozenset()


def test_conn_3_which_account_a_type_may_belong_to() -> None:
    """Account ids and classifications have hyphens of their own."""
    assert owner_prefixes("docabc-RF19QA-sales-dev") == {"docabc", "docabc-RF19QA"}
    assert owner_prefixes("http") == owner_prefixes("http-client") == frozenset()


def test_conn_1_development_is_enabled_once_and_under_a_name() -> None:
    """SDK development must have been enabled, and a Publisher Name set."""
    assert check_development(enabled=False, publisher="Acme") == no.DevelopmentNotEnabled()
    assert check_development(enabled=True, publisher="") == no.PublisherNameMissing()
    assert check_development(enabled=True, publisher="Acme") is None
    assert check_publisher_name("x" * 255) is None
    for bad in ("", "  ", "x" * 256, "a\x00"):
        assert check_publisher_name(bad) == no.PublisherNameInvalid(limit=255)


def test_conn_2_names_have_255_and_classifications_175_characters() -> None:
    """Neither is empty; versions begin with 1."""
    assert check_name("x" * 255) is None
    assert check_classification("x" * 175) is None
    for bad in ("", " ", "x" * 256, "a\x00"):
        assert check_name(bad) == no.ConnectorNameInvalid(limit=255)
    for bad in ("", " ", "x" * 176, "a\nb"):
        assert check_classification(bad) == no.ConnectorClassificationInvalid(limit=175)
    assert next_version(()) == 1
    assert next_version({1, 2, 7}) == 8


def test_conn_3_the_word_of_a_group_is_its_own_and_has_no_hyphen() -> None:
    """So that types can be taken apart again, whatever hyphens accounts and classifications have."""
    assert word_of("My CRM - 2.0!") == "MyCRM2.0"
    assert word_of("中文") == "connector"
    assert free_word("My CRM", ()) == "mycrm"
    assert free_word("My CRM", {"mycrm", "mycrm2"}) == "mycrm3"
    assert len(free_word("x" * 255, {"x" * 80})) <= 80
    kind = connector_type("docabc-RF19QA", "crm", "dev-eu")
    assert parts_of("docabc-RF19QA", kind) == ("crm", "dev-eu")
    for other in ("crm", "docabc-RF19QA-crm", "other-crm-dev", "docabc-RF19QA--dev", "docabc-RF19QA-crm- "):
        assert parts_of("docabc-RF19QA", other) is None


def test_conn_3_a_component_begins_with_its_connector() -> None:
    """Whatever its type is, the text names it."""
    for kind in ("a-b-c", 'a-b-"x"', "a-b-R&D <'>"):
        for written in ("xml", "json"):
            assert connector_types_in(beginning_of("connection", written, kind)) == {kind}


def test_conn_4_releases_are_carried_out_once_an_hour() -> None:
    """At the full hour, on a day to come."""
    full = datetime(2031, 5, 20, 12, tzinfo=UTC)
    assert on_the_hour(full) == full
    assert on_the_hour(full + timedelta(microseconds=1)) == full + timedelta(hours=1)
    assert check_due(full + timedelta(seconds=1), full) is None
    assert check_due(full, full) == no.ReleaseDateInvalid()
    assert check_due(full + timedelta(days=3654), full) == no.ReleaseDateInvalid()


def test_conn_6_which_visibility_leads_where_and_how() -> None:
    """Private to Hidden at once; Private to Public and Public to Hidden by review; nothing else."""
    allowed = {
        (from_, to, way)
        for from_ in Visibility
        for to in Visibility
        for way in Way
        if check_change(State("C", from_, released=True), to, way) is None
    }
    assert allowed == {
        (Visibility.PRIVATE, Visibility.HIDDEN, Way.DIRECT),
        (Visibility.PRIVATE, Visibility.PUBLIC, Way.REVIEW),
        (Visibility.PUBLIC, Visibility.HIDDEN, Way.REVIEW),
    }
    assert check_change(State("C", Visibility.PUBLIC, released=True), Visibility.PRIVATE, Way.REVIEW) == (
        no.VisibilityNotReached(name="C", now="Public", wanted="Private")
    )


def test_conn_6_one_review_at_a_time_and_none_without_a_released_version() -> None:
    """While one is pending nothing changes; what was never released cannot become Public, and can be hidden."""
    asked = State("C", Visibility.PRIVATE, released=True, in_review=True)
    assert check_change(asked, Visibility.PUBLIC, Way.REVIEW) == no.ReviewOpen(name="C")
    assert check_change(asked, Visibility.HIDDEN, Way.DIRECT) == no.ReviewOpen(name="C")
    fresh = State("C", Visibility.PRIVATE, released=False)
    assert check_change(fresh, Visibility.PUBLIC, Way.REVIEW) == no.ConnectorUnreleased(name="C")
    assert check_change(fresh, Visibility.HIDDEN, Way.DIRECT) is None
    assert [review.value for review in Review] == ["PENDING", "APPROVED", "REJECTED", "CANCELLED"]
