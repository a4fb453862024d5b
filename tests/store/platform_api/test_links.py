"""Ids of links: made of the ids of what they join, and read back only as they were made."""

import pytest

from tenantry.platform_api.links import link_id, number_in, parts_of


@pytest.mark.parametrize(
    "parts", [("a", "b"), ("a:b", "c"), ("a", "b:c"), ("50%", "%3A"), ("ä ö", "日本"), ("é:", "%")]
)
def test_api_4_a_link_is_read_back_whatever_its_ids_hold(parts: tuple[str, str]) -> None:
    """Colons in ids are no borders between them, and no two links have one id."""
    id = link_id("TAG", *parts)
    assert set(id) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert parts_of(id, "TAG", 2) == parts
    assert parts_of(id, "OTHER", 2) is None
    assert parts_of(id, "TAG", 3) is None
    assert parts_of(id[:-1], "TAG", 2) != parts


@pytest.mark.parametrize("parts", [("a\x00", "b"), ("", "b"), ("a", "")])
def test_what_no_id_can_be_is_in_no_link(parts: tuple[str, str]) -> None:
    """Nothing, and what the database refuses to look for."""
    assert parts_of(link_id("TAG", *parts), "TAG", 2) is None


def test_ids_of_environment_roles_are_as_clients_know_them() -> None:
    """The form that is documented."""
    assert link_id("ENV_ROLE", "db88", "f73f-99") == "RU5WX1JPTEVkYjg4OmY3M2YtOTk"


@pytest.mark.parametrize("text", ["", "-1", "+1", "01", "1.0", "٣", "9" * 19, str(2**63), "9" * 5000, "1\n"])
def test_what_is_no_number_of_a_row_is_none(text: str) -> None:
    """As they are written, and no greater than any row can have."""
    assert number_in(text) is None


def test_the_greatest_number_is_one() -> None:
    """Of all that a row can have."""
    assert number_in(str(2**63 - 1)) == 2**63 - 1
    assert number_in("0") == 0
