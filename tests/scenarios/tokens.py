"""One line of a scenario, taken apart from the left."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from .questions import RoleReference, role_label

T = TypeVar("T")

TOKEN = re.compile(r'\s*(?:(?P<quoted>"[^"]*")|(?P<mark>->|[,=])|(?P<word>(?:(?!->)[^\s",=])+)|(?P<bad>\S))')


@dataclass(frozen=True)
class Token:
    """A quoted text, a mark (`->`, comma, equals sign) or a bare word."""

    kind: str
    text: str


class Tokens:
    """The rest of one line, taken from the left. Whatever does not fit is a ValueError that says what was expected."""

    def __init__(self, text: str) -> None:
        """Take the line apart."""
        self.items: list[Token] = []
        for match in TOKEN.finditer(text):
            kind = match.lastgroup or ""
            if kind == "bad":
                raise ValueError(f"a quotation mark is never closed near {text[match.start('bad') :]!r}")
            value = match.group(kind)
            self.items.append(Token(kind, value[1:-1] if kind == "quoted" else value))

    def describe(self) -> str:
        """What stands next, for a message."""
        return repr(self.items[0].text) if self.items else "the end of the line"

    def next_is(self, kind: str, *texts: str) -> bool:
        """Whether the next token is of this kind, and one of these texts if any are given."""
        return bool(self.items) and self.items[0].kind == kind and (not texts or self.items[0].text in texts)

    def take(self, kind: str, meaning: str, *texts: str) -> str:
        """Consume such a token; anything else is an error that names the meaning."""
        if not self.next_is(kind, *texts):
            raise ValueError(f"expected {meaning}, found {self.describe()}")
        return self.items.pop(0).text

    def taken(self, word: str) -> bool:
        """Whether the next token is this word; then it is consumed."""
        if self.next_is("word", word):
            self.items.pop(0)
            return True
        return False

    def word(self, meaning: str) -> str:
        """Consume a bare word."""
        return self.take("word", meaning)

    def keyword(self, word: str) -> None:
        """Consume exactly this word."""
        self.take("word", f"`{word}`", word)

    def either(self, meaning: str) -> str:
        """A quoted or a bare value."""
        return self.take("quoted" if self.next_is("quoted") else "word", meaning)

    def several(self, one: Callable[[], T]) -> list[T]:
        """One or more, separated by commas."""
        found = [one()]
        while self.next_is("mark", ","):
            self.items.pop(0)
            found.append(one())
        return found

    def words(self, meaning: str) -> list[str]:
        """A list of bare words; the word `nothing` alone is the empty one."""
        return [] if self.taken("nothing") else self.several(lambda: self.word(meaning))

    def role(self) -> tuple[str, str | None]:
        """`"Name"` or `"Name" of account`."""
        name = self.take("quoted", "a role name in quotation marks")
        return name, self.word("the account that owns the role") if self.taken("of") else None

    def reference(self) -> RoleReference:
        """A role as an estate line refers to it."""
        name, owner = self.role()
        return name if owner is None else {"account": owner, "name": name}

    def label(self) -> str:
        """A role as an answer names it."""
        return role_label(*self.role())

    def labels(self) -> list[str]:
        """A list of roles as answers name them; the word `nothing` alone is the empty one."""
        return [] if self.taken("nothing") else self.several(self.label)

    def instant(self) -> str:
        """An RFC 3339 instant with its offset, left as text."""
        text = self.word("an instant")
        if datetime.fromisoformat(text).tzinfo is None:
            raise ValueError(f"{text} has no time zone")
        return text

    def end(self) -> None:
        """Nothing may be left."""
        if self.items:
            raise ValueError(f"expected the end of the line, found {self.describe()}")
