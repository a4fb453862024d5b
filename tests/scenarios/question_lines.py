"""The notation of questions and their expected answers, a line at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .questions import (
    AccessOf,
    AccountChoices,
    ActsOn,
    Allowed,
    Answer,
    Assignable,
    CustomRoles,
    Denied,
    Do,
    Done,
    Enterable,
    EnvironmentChoices,
    EnvironmentRoles,
    Environments,
    FolderChoices,
    FolderRoles,
    Folders,
    GroupAccounts,
    GroupRoleChoices,
    Groups,
    GroupUsers,
    IconOf,
    LevelOf,
    Load,
    May,
    Names,
    OpenedWithout,
    ParentChoices,
    PermissionsOf,
    PrivilegesOf,
    Question,
    Received,
    Refused,
    Resolve,
    Shareable,
    SupportChoices,
    Through,
    Use,
    UsersOf,
    WithoutRoles,
    Word,
)
from .tokens import Tokens
from .world_lines import world_line

#: verb: the fields it must have, the fields it may have.
COMMANDS: dict[str, tuple[set[str], set[str]]] = {
    "add_user": ({"actor", "account", "user", "first_name", "last_name", "roles"}, set()),
    "change_user_roles": ({"actor", "account", "user", "roles"}, set()),
    "add_user_role": ({"actor", "account", "user", "role"}, set()),
    "remove_user_role": ({"actor", "account", "user", "role"}, set()),
    "remove_user": ({"actor", "account", "user"}, set()),
    "lock_user": ({"actor", "user"}, set()),
    "unlock_user": ({"actor", "user"}, set()),
    "create_role": ({"actor", "account", "name"}, {"description", "inherits", "privileges"}),
    "edit_role": ({"actor", "account", "role"}, {"name", "description", "inherits", "privileges"}),
    "remove_role": ({"actor", "account", "role"}, set()),
    "switch_feature": ({"actor", "account", "feature", "on"}, set()),
    "change_account_status": ({"actor", "account", "status"}, set()),
    "create_managed_account": ({"actor", "account", "name", "trial_ends"}, set()),
    "change_support_access_role": ({"actor", "account", "role"}, set()),
    "request_support_access": ({"actor", "account"}, set()),
    "grant_support_access": ({"actor", "account", "user", "role", "hours"}, set()),
    "deny_support_access": ({"actor", "account", "user"}, set()),
    "extend_support_access": ({"actor", "account", "user", "hours"}, set()),
    "expire_support_access": ({"actor", "account", "user"}, set()),
    "create_group": ({"actor", "account", "name"}, {"alert_level"}),
    "edit_group": ({"actor", "account", "group"}, {"name", "alert_level"}),
    "remove_group": ({"actor", "account", "group"}, set()),
    "share_role": ({"actor", "account", "group", "role"}, set()),
    "withdraw_role": ({"actor", "account", "group", "role"}, set()),
    "share_resource": ({"actor", "account", "group", "type", "name"}, set()),
    "withdraw_resource": ({"actor", "account", "group", "type", "name"}, set()),
    "add_account_to_group": ({"actor", "account", "group", "member"}, set()),
    "remove_account_from_group": ({"actor", "account", "group", "member"}, set()),
    "add_user_to_group": ({"actor", "account", "group", "user", "roles"}, {"first_name", "last_name"}),
    "change_group_user_roles": ({"actor", "account", "group", "user", "roles"}, set()),
    "remove_user_from_group": ({"actor", "account", "group", "user"}, set()),
    "create_environment": ({"actor", "account", "name"}, {"classification"}),
    "rename_environment": ({"actor", "account", "environment", "name"}, set()),
    "remove_environment": ({"actor", "account", "environment"}, set()),
    "attach_roles": ({"actor", "account", "environment", "roles"}, set()),
    "detach_roles": ({"actor", "account", "environment", "roles"}, {"confirmed"}),
    "create_folder": ({"actor", "account", "parent", "name"}, set()),
    "rename_folder": ({"actor", "account", "folder", "name"}, set()),
    "move_folder": ({"actor", "account", "folder", "destination"}, set()),
    "copy_folder": ({"actor", "account", "folder", "destination", "name"}, set()),
    "remove_folder": ({"actor", "account", "folder"}, set()),
    "restore_folder": ({"actor", "account", "folder"}, set()),
    "set_folder_roles": ({"actor", "account", "folder", "roles"}, set()),
}


def _in_account(t: Tokens) -> str:
    t.keyword("in")
    return t.word("an account id")


def _arrow(t: Tokens) -> None:
    t.take("mark", "`->` and the answer", "->")


def _denied(t: Tokens) -> Denied | None:
    return Denied(t.word("a reason")) if t.taken("no:") else None


def _may(t: Tokens) -> tuple[Question, Answer]:
    user, privilege, account = t.word("a user"), t.word("a privilege"), _in_account(t)
    environment = t.take("quoted", "an environment name in quotation marks") if t.taken("environment") else None
    folder = t.take("quoted", "a path in quotation marks") if environment is None and t.taken("folder") else None
    question = May(user, privilege, account, environment, folder)
    _arrow(t)
    if denied := _denied(t):
        return question, denied
    t.take("word", "`yes` or `no: reason`", "yes")
    return question, Allowed(frozenset(t.several(t.label)) if t.taken("by") else None)


def _use(t: Tokens) -> tuple[Question, Answer]:
    user, kind, name = t.word("a user"), t.word("a kind"), t.take("quoted", "the resource's name in quotation marks")
    t.keyword("of")
    question = Use(user, kind, name, t.word("the owner"), _in_account(t))
    _arrow(t)
    if denied := _denied(t):
        return question, denied
    t.take("word", "`yes` or `no: reason`", "yes")
    return question, Allowed(frozenset(t.several(t.label)) if t.taken("by") else None)


def _received(t: Tokens) -> tuple[Question, Answer]:
    question = Received(t.word("a kind"), _in_account(t))
    _arrow(t)
    return question, Names(tuple(t.labels()))


def _access(t: Tokens) -> tuple[Question, Answer]:
    question = AccessOf(t.word("a user"), _in_account(t))
    _arrow(t)
    if denied := _denied(t):
        return question, denied
    via = t.take("word", "`direct`, `group`, `staff` or `no: reason`", "direct", "group", "staff")
    return question, Through(via, frozenset(t.several(t.label)))


def _privileges(t: Tokens) -> tuple[Question, Answer]:
    question = PrivilegesOf(t.word("a user"), _in_account(t))
    _arrow(t)
    return question, _denied(t) or Names(tuple(sorted(t.words("a privilege"))))


def _enterable(t: Tokens) -> tuple[Question, Answer]:
    question = Enterable(t.word("a user"))
    _arrow(t)
    return question, Names(tuple(t.words("an account id")))


def _about_account(
    question: Callable[[str], Question], names: Callable[[Tokens], list[str]]
) -> Callable[[Tokens], tuple[Question, Answer]]:
    """How a line `WORD ACCOUNT -> NAMES` is read."""

    def read(t: Tokens) -> tuple[Question, Answer]:
        asked = question(t.word("an account id"))
        _arrow(t)
        return asked, Names(tuple(names(t)))

    return read


def _about_something_in(
    question: Callable[[str, str], Question], names: Callable[[Tokens], list[str]]
) -> Callable[[Tokens], tuple[Question, Answer]]:
    """How a line `WORD ACCOUNT "Something in it" -> NAMES` is read."""

    def read(t: Tokens) -> tuple[Question, Answer]:
        asked = question(t.word("an account id"), t.take("quoted", "a name in quotation marks"))
        _arrow(t)
        return asked, Names(tuple(names(t)))

    return read


def _ids(t: Tokens) -> list[str]:
    return t.words("an account id")


def _addresses(t: Tokens) -> list[str]:
    return t.words("an e-mail address")


def _quoted(t: Tokens) -> list[str]:
    return [] if t.taken("nothing") else t.several(lambda: t.take("quoted", "a name in quotation marks"))


def _of_user(
    question: Callable[[str, str], Question], answer: Callable[[Tokens], Answer]
) -> Callable[[Tokens], tuple[Question, Answer]]:
    """How a line `WORD USER in ACCOUNT -> ANSWER` is read."""

    def read(t: Tokens) -> tuple[Question, Answer]:
        asked = question(t.word("a user"), _in_account(t))
        _arrow(t)
        return asked, answer(t)

    return read


def _of_user_at(
    question: Callable[[str, str, str], Question], place: str, *words: str
) -> Callable[[Tokens], tuple[Question, Answer]]:
    """How a line `WORD USER in ACCOUNT environment "E" -> word` is read, or one about a folder."""

    def read(t: Tokens) -> tuple[Question, Answer]:
        user, account = t.word("a user"), _in_account(t)
        t.keyword(place)
        asked = question(user, account, t.take("quoted", f"the {place} in quotation marks"))
        _arrow(t)
        return asked, _one_of(*words)(t)

    return read


def _one_of(*words: str) -> Callable[[Tokens], Answer]:
    return lambda t: Word(t.take("word", " or ".join(f"`{word}`" for word in words), *words))


def _acts(t: Tokens) -> tuple[Question, Answer]:
    user, account = t.word("a user"), _in_account(t)
    t.keyword("folder")
    folder = t.take("quoted", "a path in quotation marks")
    destination = t.take("quoted", "a path in quotation marks") if t.taken("to") else None
    _arrow(t)
    return ActsOn(user, account, folder, destination), Names(tuple(sorted(t.words("an act"))))


def _opened_without(t: Tokens) -> tuple[Question, Answer]:
    role = t.take("quoted", "a role name in quotation marks")
    question = OpenedWithout(_in_account(t), role)
    _arrow(t)
    return question, Names(tuple(_quoted(t)))


def _resolve(t: Tokens) -> tuple[Question, Answer]:
    role = t.take("quoted", "a role name in quotation marks")
    question = Resolve(_in_account(t), role)
    _arrow(t)
    return question, Names(tuple(sorted(t.words("a privilege"))))


def _value(t: Tokens, key: str) -> object:
    if key in {"role", "inherits"}:
        return None if t.taken("none") else t.reference()
    if key == "roles":
        return [] if t.taken("nothing") else t.several(t.reference)
    if key == "privileges":
        return t.words("a privilege")
    if key == "hours":
        return int(t.word("a number of hours"))
    if key == "trial_ends":
        return t.instant()
    if key in {"on", "confirmed"}:
        return t.take("word", "`yes` or `no`", "yes", "no") == "yes"
    return t.either("a value")


def _do(t: Tokens) -> tuple[Question, Answer]:
    verb = t.word("a command")
    if verb not in COMMANDS:
        raise ValueError(f"unknown command {verb!r}")
    required, optional = COMMANDS[verb]
    fields: dict[str, Any] = {}
    while t.next_is("word"):
        key = t.word("a field")
        if key not in required | optional or key in fields:
            raise ValueError(f"{verb} has no field {key!r}, or has it twice")
        t.take("mark", f"`=` after {key}", "=")
        fields[key] = _value(t, key)
    if missing := required - set(fields):
        raise ValueError(f"{verb} lacks {', '.join(sorted(missing))}")
    _arrow(t)
    if t.taken("done"):
        return Do(verb, fields), Done()
    t.take("word", "`done` or `refused RULE`", "refused")
    rules = [t.word("a rule id")]
    while t.taken("or"):
        rules.append(t.word("a rule id"))
    return Do(verb, fields), Refused(frozenset(rules))


def _load(t: Tokens) -> tuple[Question, Answer]:
    return Load(tuple(world_line(t))), Done()


#: The first word of a question line, and how the rest of it is read.
QUESTIONS: dict[str, Callable[[Tokens], tuple[Question, Answer]]] = {
    "may": _may,
    "use": _use,
    "received": _received,
    "access": _access,
    "privileges": _privileges,
    "enterable": _enterable,
    "assignable": _about_account(Assignable, Tokens.labels),
    "support_choices": _about_account(SupportChoices, Tokens.labels),
    "parent_choices": _about_account(ParentChoices, Tokens.labels),
    "group_role_choices": _about_account(GroupRoleChoices, Tokens.labels),
    "custom_roles": _about_account(CustomRoles, Tokens.labels),
    "users": _about_account(UsersOf, _addresses),
    "without_roles": _about_account(WithoutRoles, _addresses),
    "groups": _about_account(Groups, _quoted),
    "group_accounts": _about_something_in(GroupAccounts, _ids),
    "account_choices": _about_something_in(AccountChoices, _ids),
    "group_users": _about_something_in(GroupUsers, _addresses),
    "shareable": _about_something_in(Shareable, Tokens.labels),
    "environments": _of_user(Environments, lambda t: Names(tuple(_quoted(t)))),
    "level": _of_user_at(LevelOf, "environment", "none", "read", "write"),
    "environment_roles": _about_something_in(EnvironmentRoles, Tokens.labels),
    "environment_choices": _about_something_in(EnvironmentChoices, Tokens.labels),
    "folders": _about_account(Folders, _quoted),
    "folder_roles": _about_something_in(FolderRoles, Tokens.labels),
    "folder_choices": _about_something_in(FolderChoices, Tokens.labels),
    "icon": _of_user_at(IconOf, "folder", "plain", "person", "lock"),
    "acts": _acts,
    "permissions": _of_user(PermissionsOf, _one_of("yes", "no")),
    "opened_without": _opened_without,
    "resolve": _resolve,
    "do": _do,
    "load": _load,
}
