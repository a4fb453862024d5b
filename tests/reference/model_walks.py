"""Walks through the life cycle of models and of their copies (MODEL)."""

from __future__ import annotations

from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tenantry.accounts.commands import switch_feature
from tenantry.datahub.commands import copy_shared_model, remove_model
from tenantry.datahub.queries import shared_models, usable_models
from tenantry.rules.features import Feature
from tenantry.rules.modelling import Document, Field, FieldType
from tests.store.modellers import FIELDS, a_model, change, document_in, publish as publish_model, row_of

from .lifecycle_walks import MANY, Walk, customers, picks, room, some, when
from .lifecycles import CUSTOMERS, HOME, Shown


class Models(Walk):
    """Models, their versions, and what customers have copied."""

    kinds: ClassVar[tuple[str, ...]] = ("model",)

    def shown_of_model(self, who: str) -> Shown:
        """What can be copied, and the copies."""
        account = self.account(who)
        usable = set(usable_models(account).values_list("id", flat=True))
        seen: Shown = {one.name: (one.version, one.id in usable) for one in shared_models(account)[0]}
        for name, known in self.market.copies.items():
            if known.who == who:
                fields = document_in(account, self.ids[name]).fields
                seen[name] = (len(fields) - len(FIELDS.fields), row_of(account, self.ids[name]).source_version)
        return seen

    def begin_model(self) -> None:
        """A model that is published."""
        self.make_model(published=True)

    def begin_with_model(self) -> None:
        """The customer copies it."""
        self.copy_model(0, "abc")

    @room("models")
    @rule(published=st.booleans())
    def make_model(self, *, published: bool) -> None:
        """A model is made, often published."""
        name = self.name("model")
        self.market.add_model(name)
        self.ids[name] = self.both("make model", None, lambda: a_model(self.account(HOME), name))
        if published:
            self._publish_draft(name)

    def _publish_draft(self, name: str) -> None:
        law = self.market.publish_model(name)
        self.both("publish model", law, lambda: publish_model(self.account(HOME), self.ids[name]))

    @some("models")
    @rule(number=picks)
    def change_draft(self, number: int) -> None:
        """Its draft gets one more field."""
        name = self.pick("models", number)
        self.market.models[name].draft += 1
        added = tuple(Field(f"Field {n}", FieldType.TEXT) for n in range(self.market.models[name].draft))
        document = Document((*FIELDS.fields, *added))
        self.both("change draft", None, lambda: change(self.account(HOME), self.ids[name], document))

    @some("models")
    @rule(number=picks)
    def publish_model(self, number: int) -> None:
        """The draft is published."""
        self._publish_draft(self.pick("models", number))

    @some("models")
    @room("copies", MANY)
    @rule(number=picks, who=customers)
    def copy_model(self, number: int, who: str) -> None:
        """A customer copies it."""
        model, name = self.pick("models", number), self.name("copy")
        law = self.market.copy_model(who, model, name)
        what = {"model": self.ids[model]}
        self.ids[name] = self.both("copy model", law, lambda: copy_shared_model(**self.here(who), **what))

    @some("models")
    @rule(number=picks)
    def remove_model(self, number: int) -> None:
        """It is deleted."""
        name = self.pick("models", number)
        self.market.model_goes(name)
        self.both("remove model", None, lambda: remove_model(**self.here(), model=self.ids[name]))

    @when(lambda market: any(market.reaches("model", name, who) for name in market.models for who in CUSTOMERS))
    @rule(who=customers)
    def switch_data_hub(self, who: str) -> None:
        """A customer has Data Hub no longer, or again."""
        self.market.hubs ^= {who}
        what: dict[str, Any] = {"feature": Feature.DATA_HUB, "on": who in self.market.hubs}
        self.both("switch Data Hub", None, lambda: switch_feature(**self.here(who), **what))
