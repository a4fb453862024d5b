"""Chapter CORS: from which web pages a browser may call the platform API."""

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.origins import (
    Method,
    Origin,
    OriginRule,
    Preflight,
    answer_preflight,
    check_methods,
    headers_of_answer,
    matching_rule,
    read_origin,
    read_rule_origin,
    rules_that_fit,
)

GET, POST, DELETE = Method.GET, Method.POST, Method.DELETE


def rule(text: str, *methods: Method) -> OriginRule:
    """A rule for this origin."""
    origin = read_rule_origin(text)
    assert isinstance(origin, Origin)
    return OriginRule(origin, frozenset(methods or Method))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://app.example.com", "https://app.example.com"),
        (" HTTPS://App.Example.COM:443 ", "https://app.example.com"),
        ("http://app.example.com:80", "http://app.example.com"),
        ("http://app.example.com:443", "http://app.example.com:443"),
        ("https://app.example.com:80", "https://app.example.com:80"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://10.0.0.1", "http://10.0.0.1"),
        ("https://*.example.com", "https://*.example.com"),
        ("https://*.example.com:8443", "https://*.example.com:8443"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://a:65535", "https://a:65535"),
        (f"https://{'a.' * 126}a", f"https://{'a.' * 126}a"),
    ],
)
def test_cors_1_an_origin_is_scheme_domain_and_port(typed: str, kept: str) -> None:
    """The usual port is 80 or 443 by scheme, and named or not it is the same origin."""
    origin = read_rule_origin(typed)
    assert isinstance(origin, Origin)
    assert origin.text == kept
    assert read_rule_origin(kept) == origin


@pytest.mark.parametrize(
    "typed",
    [
        *("", "*", "https://", "https://*", "*://example.com", "https://*.", "https://.example.com", "example.com"),
        *("https://app.*.com", "https://app*.example.com", "https://*app.example.com", "https://example.*"),
        *("https://*.*.example.com", "https://**.example.com", "https://*:443", "ftp://example.com", "null"),
        *("https://example.com/", "https://example.com/app", "https://example.com?a", "https://u@example.com"),
        *("https://example.com:", "https://example.com:0", "https://example.com:65536", "https://example.com:x"),
        *("https://example.com.", "https://-a.com", "https://a-.com", "https://a..b", "https://bücher.example"),
        *("https://[::1]", "https://a b", "https://example.com\n", "https://a.com, https://b.com", "https:/a.com"),
        *(f"https://{'a' * 64}.com", f"https://{'a.' * 127}a", "https://exam\u212aple.com", "https://a:\u0661"),
    ],
    ids=repr,
)
def test_cors_1_what_is_no_origin_is_refused(typed: str) -> None:
    """Paths and other schemes among it, and a wildcard that is not a leading part, or all of the domain."""
    if typed.strip() != typed:
        assert isinstance(read_rule_origin(typed), Origin)  # spaces around it are nobody's intention
        assert read_origin(typed) is None
        return
    assert read_rule_origin(typed) == no.OriginInvalid()
    assert read_origin(typed) is None


def test_cors_1_a_rule_allows_some_of_get_post_and_delete() -> None:
    """At least one of them."""
    assert [method.value for method in Method] == ["GET", "POST", "DELETE"]
    assert check_methods(frozenset()) == no.OriginMethodsMissing()
    assert check_methods(frozenset({DELETE})) is None


@pytest.mark.parametrize(
    ("pattern", "fits", "differs"),
    [
        (
            "https://app.example.com",
            ["https://app.example.com", "https://app.example.com:443", "https://APP.example.com"],
            [
                *("http://app.example.com", "https://app.example.com:8443", "https://example.com", "null", ""),
                *("https://app.example.com.evil.test", "https://evil-app.example.com", "https://a.app.example.com"),
                *("https://app.example.com/", "https://app.example.com, https://evil.test", "https://*.example.com"),
            ],
        ),
        (
            "https://*.example.com",
            ["https://app.example.com", "https://a.b.example.com", "https://app.example.com:443"],
            [
                *("https://example.com", "https://evilexample.com", "http://app.example.com", "https://.example.com"),
                *("https://app.example.com:444", "https://app.example.com.evil.test", "https://*.example.com"),
            ],
        ),
        (
            "http://*.example.com:8080",
            ["http://a.example.com:8080"],
            ["http://a.example.com", "https://a.example.com:8080"],
        ),
    ],
)
def test_cors_1_which_pages_fit_a_rule(pattern: str, fits: list[str], differs: list[str]) -> None:
    """Scheme, domain and port all do; a leading wildcard stands for one part or more, never for none."""
    only = rule(pattern)
    assert [page for page in fits if matching_rule(page, [only]) != only] == []
    assert [page for page in differs if matching_rule(page, [only])] == []


def test_cors_1_the_closest_rule_counts() -> None:
    """The exact one before one with a wildcard, and the longer of these."""
    exact, near, far = (
        rule("https://a.b.example.com", GET),
        rule("https://*.b.example.com", POST),
        rule("https://*.example.com", DELETE),
    )
    page = "https://a.b.example.com"
    assert matching_rule(page, [far, near, exact]) == exact
    assert matching_rule(page, [far, near]) == near
    assert matching_rule(page, [far]) == far
    origin = read_origin(page)
    assert origin is not None
    assert rules_that_fit(origin) == (
        "https://a.b.example.com",
        "https://*.b.example.com",
        "https://*.example.com",
        "https://*.com",
    )


def test_cors_2_an_allowed_preflight_tells_all_methods_of_the_rule() -> None:
    """With credentials, the origin as the browser wrote it, and an hour to remember it."""
    rules = [rule("https://*.example.com", DELETE, GET)]
    assert answer_preflight("https://APP.example.com:443", "DELETE", rules) == Preflight(
        200,
        {
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Allow-Origin": "https://APP.example.com:443",
            "Access-Control-Allow-Methods": "GET, DELETE",
            "Access-Control-Allow-Headers": (
                "cache-control, content-type, expires, last-modified, accept, content-language, authorization, pragma"
            ),
            "Access-Control-Max-Age": "3600",
            "Vary": "Origin",
        },
    )


@pytest.mark.parametrize("method", ["POST", "PUT", "get", "", "GET, DELETE"])
def test_cors_2_a_preflight_for_a_method_that_the_rule_lacks_is_401(method: str) -> None:
    """Without any header that allows something."""
    assert answer_preflight("https://app.example.com", method, [rule("https://*.example.com", GET)]) == Preflight(
        401, {}
    )


@pytest.mark.parametrize("page", ["https://other.test", "null", "", "*", "https://example.com\r\nX: y"])
def test_cors_2_a_preflight_from_elsewhere_is_401(page: str) -> None:
    """Whatever it asks for."""
    assert answer_preflight(page, "GET", [rule("https://*.example.com")]) == Preflight(401, {})


def test_cors_3_an_answer_carries_headers_only_for_pages_that_fit() -> None:
    """From elsewhere, or from no page at all, not a single `Access-Control` header is there."""
    rules = [rule("https://app.example.com", GET)]
    assert headers_of_answer("https://app.example.com", rules) == {
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Origin": "https://app.example.com",
        "Vary": "Origin",
    }
    for page in ("https://other.test", "null", "", None):
        assert headers_of_answer(page, rules) == {}


def test_cors_4_without_rules_there_is_no_use_from_other_pages() -> None:
    """Neither for a preflight nor for a request."""
    assert answer_preflight("https://app.example.com", "GET", []) == Preflight(401, {})
    assert headers_of_answer("https://app.example.com", []) == {}
