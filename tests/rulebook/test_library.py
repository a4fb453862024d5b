"""Chapter PROC, as far as it is decided by values: what is published, how copies are called, what stays."""

import pytest

from tenantry.rules import deploying, library as law, refusals as no
from tenantry.rules.folders import NAME_LIMIT


def publishable(kind: str = "process", *, shareable: bool = True, parts: tuple[str, ...] = ()) -> str:
    """Why a package cannot be published; empty if it can."""
    refusal = law.check_publishable("Order", "1.0", kind=kind, shareable=shareable, parts=parts)
    return refusal.why if refusal is not None else ""


def test_proc_1_a_shareable_process_without_routes_and_services_is_published() -> None:
    """Whatever else it contains; nothing but a process is."""
    assert publishable(parts=("map", "process", "connection", "certificate", "other")) == ""
    assert publishable(shareable=False) == "it was not marked shareable when it was packaged"
    for kind in ("api_service", "process_route", "certificate", "map"):
        assert publishable(kind) == "only processes are published"
    assert publishable(parts=("map", "process_route")) == "it contains a component of type Process Route"
    assert publishable(parts=("api_service",)) == "it contains a component of type API Service"
    assert law.check_publisher("Works") is None
    for name in ("", "  "):
        missing = law.check_publisher(name)
        assert missing is not None
        assert missing.rules == ("PROC-1",)


def test_proc_2_words_have_a_limit() -> None:
    """Two thousand characters each, and none that a database cannot keep."""
    assert law.check_words("x" * 2000, "y" * 2000) is None
    assert isinstance(law.check_words("x" * 2001, ""), no.PublicationDescriptionInvalid)
    assert isinstance(law.check_words("\x00", ""), no.PublicationDescriptionInvalid)
    assert isinstance(law.check_words("", "y" * 2001), no.PublicationNotesInvalid)
    assert isinstance(law.check_words("", "\x00"), no.PublicationNotesInvalid)


def test_proc_3_only_an_older_publication_is_published_again() -> None:
    """The newest one is what everybody gets."""
    assert law.check_superseded("Order", 1, 2) is None
    assert law.check_superseded("Order", 2, 2) == no.AlreadyNewest(process="Order", number=2)


@pytest.mark.parametrize(
    ("wanted", "taken", "called"),
    [
        (["Order"], set(), ["Order"]),
        (["Order"], {"order"}, ["Order 2"]),
        (["Order"], {"order", "order 2", "order 4"}, ["Order 3"]),
        (["ORDER", "order", "Map"], {"order"}, ["ORDER 2", "order 3", "Map"]),
        (["Order", "Order 2"], {"order"}, ["Order 2", "Order 2 2"]),
        (["Straße"], {"strasse"}, ["Straße 2"]),
        (["x" * NAME_LIMIT], {"x" * NAME_LIMIT}, ["x" * (NAME_LIMIT - 2) + " 2"]),
    ],
)
def test_proc_5_a_name_that_is_taken_gets_the_first_free_number(
    wanted: list[str], taken: set[str], called: list[str]
) -> None:
    """Ignoring case, within the limit, and counting what is made in the same act."""
    assert law.numbered_names(wanted, taken) == called


def test_proc_5_thousands_of_equal_names_are_numbered_at_once() -> None:
    """Each from where the last one ended."""
    assert law.numbered_names(["Map"] * 20_000, {"map"})[-1] == "Map 20001"


def test_proc_6_and_proc_8_what_forbids_is_named() -> None:
    """Connectors, groups, and what keeps a package."""
    assert law.check_connectors("Order", ()) is None
    blocked = law.check_connectors("Order", ("Mail", "Queue"))
    assert blocked is not None
    assert blocked.message == "Order uses connectors that cannot be used in this account: Mail, Queue."
    assert law.check_process_goes("Order", ()) is None
    shared = law.check_process_goes("Order", ("All Accounts", "Shops"))
    assert shared is not None
    assert shared.message == "Order is published and shared with All Accounts, Shops, so it cannot be deleted."
    assert deploying.check_package_goes("Order", "1.0", ()) is None
    kept = deploying.check_package_goes("Order", "1.0", ("published", "deployed"))
    assert kept is not None
    assert kept.message == "Version 1.0 of Order is published and deployed, so it cannot be deleted."
