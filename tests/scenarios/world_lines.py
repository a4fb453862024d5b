"""The compact notation of worlds, a line at a time, into estate lines."""

from __future__ import annotations

from collections.abc import Callable

from .questions import Line
from .tokens import Tokens


def _account(t: Tokens) -> list[Line]:
    account = t.word("an account id")
    line: Line = {"kind": "account", "id": account, "name": account}
    if t.next_is("quoted"):
        line["name"] = t.take("quoted", "a name")
    if t.taken("under"):
        line["primary"] = t.word("the primary's id")
    if t.taken("with"):
        line["features"] = t.words("a feature")
    if t.taken("status"):
        line["status"] = t.word("a status")
    if t.taken("until"):
        line["trial_ends"] = t.instant()
    if t.taken("sar"):
        line["support_access_role"] = None if t.taken("none") else t.reference()
    if t.taken("operator"):
        line["operator"] = True
    return [line]


def _user(t: Tokens) -> list[Line]:
    line: Line = {"kind": "user", "id": t.word("an e-mail address")}
    if t.next_is("quoted"):
        line["first_name"] = t.take("quoted", "a first name")
        line["last_name"] = t.take("quoted", "a last name in quotation marks")
    if t.taken("external"):
        line["external_id"] = t.either("an external id")
    while t.next_is("word", "staff", "locked", "signed_in"):
        line[t.word("a flag")] = True
    return [line]


def _role(t: Tokens) -> list[Line]:
    line: Line = {"kind": "role", "account": t.word("an account id"), "name": t.take("quoted", "a role name in quotes")}
    if t.taken("inherits"):
        line["inherits"] = t.reference()
    t.take("mark", "`=` and privileges", "=")
    line["privileges"] = t.words("a privilege")
    return [line]


def _window(t: Tokens) -> Line:
    window: Line = {}
    if t.taken("from"):
        window["valid_from"] = t.instant()
    if t.taken("until"):
        window["valid_until"] = t.instant()
    return window


def _grant(t: Tokens) -> list[Line]:
    account, user, roles = t.word("an account id"), t.word("an e-mail address"), t.several(t.reference)
    window = _window(t)
    return [{"kind": "user_role", "account": account, "user": user, "role": role, **window} for role in roles]


def _group(t: Tokens) -> list[Line]:
    primary, name = t.word("the primary's id"), t.take("quoted", "a group name in quotation marks")
    members: list[str] = []
    if t.next_is("mark", "="):
        t.take("mark", "=")
        members = t.words("an account id")
    rows = [{"kind": "group_account", "account": primary, "group": name, "member": member} for member in members]
    return [{"kind": "account_group", "account": primary, "name": name}, *rows]


def _member(t: Tokens) -> list[Line]:
    primary, group = t.word("the primary's id"), t.take("quoted", "a group name in quotation marks")
    user, roles = t.word("an e-mail address"), t.several(t.reference)
    line = {"kind": "group_user_role", "account": primary, "group": group, "user": user}
    window = _window(t)
    return [{**line, "role": role, **window} for role in roles]


def _share(t: Tokens) -> list[Line]:
    primary, group = t.word("the primary's id"), t.take("quoted", "a group name in quotation marks")
    names = t.several(lambda: t.take("quoted", "a role name in quotation marks"))
    row = {"kind": "group_resource", "account": primary, "group": group, "type": "role"}
    return [{**row, "name": name} for name in names]


#: A kind of resource to the field that says whether it can be shared, what stands there if it can, and else.
_STATES: dict[str, tuple[str, object, object]] = {
    "cloud": ("installed", True, False),
    "connector": ("released", "private", None),
    "process": ("published", True, False),
    "integration_pack": ("released", True, False),
    "model": ("published", True, False),
}


def _resource(t: Tokens) -> list[Line]:
    kind = t.take("word", " or ".join(_STATES), *_STATES)
    account, name = t.word("an account id"), t.take("quoted", "a name in quotation marks")
    field, ready, unready = _STATES[kind]
    state = t.take("word", "`ready`, `unready` or `public`", "ready", "unready", "public")
    line: Line = {"kind": kind, "account": account, "name": name, "id": f"{account}.{kind}.{name.casefold()}"}
    line[field] = {"ready": ready, "unready": unready, "public": "public"}[state]
    line |= {"type": name.casefold().replace(" ", "-")} if kind == "connector" else {}
    line |= {"installation_type": "SINGLE"} if kind == "integration_pack" else {}
    return [line]


def _lend(t: Tokens) -> list[Line]:
    primary, group = t.word("the primary's id"), t.take("quoted", "a group name in quotation marks")
    kind = t.take("word", " or ".join(_STATES), *_STATES)
    names = t.several(lambda: t.take("quoted", "a name in quotation marks"))
    row = {"kind": "group_resource", "account": primary, "group": group, "type": kind}
    return [{**row, "name": name} for name in names]


def _privilege(t: Tokens) -> list[Line]:
    name = t.word("a privilege constant")
    title = t.take("quoted", "a title") if t.next_is("quoted") else name.replace("_", " ").capitalize()
    line: Line = {"kind": "privilege", "name": name, "title": title}
    if t.taken("implies"):
        line["implies"] = t.words("a privilege")
    return [line]


def _object(t: Tokens) -> list[Line]:
    line: Line = {"kind": "object", "type": t.word("a type"), "id": t.word("an id")}
    t.keyword("in")
    return [line | {"account": t.word("an account id")}]


def _listed(t: Tokens, row: Line) -> list[Line]:
    """`= "R", ...`: a line for each role on a list."""
    if not t.next_is("mark", "="):
        return []
    t.take("mark", "=")
    return [row | {"role": role} for role in t.several(t.reference)]


def _environment(t: Tokens) -> list[Line]:
    account, name = t.word("an account id"), t.take("quoted", "an environment name in quotation marks")
    line: Line = {"kind": "environment", "account": account, "name": name}
    if t.next_is("word"):
        line["classification"] = t.take("word", "`PROD` or `TEST`", "PROD", "TEST")
    return [line, *_listed(t, {"kind": "environment_role", "account": account, "environment": name})]


def _folder(t: Tokens) -> list[Line]:
    account, path = t.word("an account id"), t.take("quoted", "a path in quotation marks")
    line: list[Line] = [{"kind": "folder", "account": account, "path": path}] if path else []  # the top is there
    return [*line, *_listed(t, {"kind": "folder_role", "account": account, "path": path})]


_WORLD: dict[str, Callable[[Tokens], list[Line]]] = {
    "account": _account,
    "user": _user,
    "role": _role,
    "grant": _grant,
    "group": _group,
    "member": _member,
    "share": _share,
    "resource": _resource,
    "lend": _lend,
    "privilege": _privilege,
    "object": _object,
    "environment": _environment,
    "folder": _folder,
}


def world_line(t: Tokens) -> list[Line]:
    """The estate lines one line of a world stands for."""
    word = t.word("a kind of world line")
    if word not in _WORLD:
        raise ValueError(f"unknown world line {word!r}, expected one of {', '.join(_WORLD)}")
    lines = _WORLD[word](t)
    t.end()
    return lines
