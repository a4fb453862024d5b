"""Models of Data Hub: what a draft may be, when it can be published, what a copy takes over (MODEL).

A model is a draft that people edit, and published versions that never change. What a model says is one small document:
its fields in order, and its data quality steps in order.
"""

from collections.abc import Callable, Collection, Iterable, Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Protocol, TypeVar

from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.sharing import NAME_LIMIT
from tenantry.rules.vocabulary import AccountId, storable

PART_NAME_LIMIT: Final = 80
"""Characters in the name of a field or a step."""

FIELDS_LIMIT: Final = 250
"""Fields of a model."""

STEPS_LIMIT: Final = 50
"""Data quality steps of a model."""

CHECK_LIMIT: Final = 500
"""Characters in what a step checks."""

NOTES_LIMIT: Final = 2000
"""Characters in the notes of a published version."""


class FieldType(StrEnum):
    """What a field holds; the value is the word in stored documents."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DATE_TIME = "date_time"

    @property
    def label(self) -> str:
        """As pages name it."""
        return self.value.replace("_", " ").capitalize()


class StepKind(StrEnum):
    """How a data quality step judges a record: by a sentence that holds of it, or by a process that is called."""

    RULE = "rule"
    PROCESS = "process"

    @property
    def label(self) -> str:
        """As pages name it."""
        return {"rule": "Business rule", "process": "Process call"}[self.value]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of records. `unique`: no two records have the same; `match`: incoming records are matched by it."""

    name: str
    type: FieldType
    required: bool = False
    unique: bool = False
    match: bool = False

    def words(self) -> str:
        """Its type and marks in words: "Text, required"."""
        marks = [("required", self.required), ("unique", self.unique), ("match", self.match)]
        return ", ".join([self.type.label, *(word for word, on in marks if on)])


@dataclass(frozen=True, slots=True)
class Step:
    """A data quality step. A business rule has `check`, the sentence that must hold; a process call has `process`, the
    id of a process of the account, empty where none is chosen yet: in a copy (MODEL-3).
    """

    name: str
    kind: StepKind
    check: str = ""
    process: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What a model says: fields and data quality steps, each in order."""

    fields: tuple[Field, ...] = ()
    steps: tuple[Step, ...] = ()


class _Named(Protocol):
    @property
    def name(self) -> str: ...


P = TypeVar("P", bound=Field | Step)


def find(parts: Iterable[P], name: str, part: str) -> P | no.ModelPartNotFound:
    """The part of this name, ignoring case."""
    found = next((one for one in parts if one.name.casefold() == name.casefold()), None)
    return no.ModelPartNotFound(part=part, name=name) if found is None else found


def put(parts: tuple[P, ...], one: P, instead_of: str = "") -> tuple[P, ...]:
    """The parts with one more at their end, or with one in the place of another."""
    if not instead_of:
        return (*parts, one)
    return tuple(one if old.name.casefold() == instead_of.casefold() else old for old in parts)


def without(parts: tuple[P, ...], name: str) -> tuple[P, ...]:
    """The parts but for the one of this name."""
    return tuple(one for one in parts if one.name.casefold() != name.casefold())


def moved(parts: tuple[P, ...], name: str, by: int) -> tuple[P, ...]:
    """The parts with one of them so many places further on, as far as there are any."""
    here = next((place for place, one in enumerate(parts) if one.name.casefold() == name.casefold()), None)
    if here is None:
        return parts
    left = [*parts[:here], *parts[here + 1 :]]
    left.insert(max(0, min(len(left), here + by)), parts[here])
    return tuple(left)


def check_name(name: str) -> no.ModelNameInvalid | None:
    """Judge the name of a model: 1 to 255 characters."""
    fits = name.strip() and len(name) <= NAME_LIMIT and storable(name)
    return None if fits else no.ModelNameInvalid(limit=NAME_LIMIT)


def check_repository_name(name: str) -> no.RepositoryNameInvalid | None:
    """Judge the name of a repository: 1 to 255 characters."""
    fits = name.strip() and len(name) <= NAME_LIMIT and storable(name)
    return None if fits else no.RepositoryNameInvalid(limit=NAME_LIMIT)


def check_notes(notes: str) -> no.ModelNotesInvalid | None:
    """Judge the notes of a version: at most 2000 characters."""
    fits = len(notes) <= NOTES_LIMIT and storable(notes)
    return None if fits else no.ModelNotesInvalid(limit=NOTES_LIMIT)


def check_document(document: Document) -> no.ModelPartInvalid | None:
    """Judge a draft: names are given and differ ignoring case, nothing is too long or too much, a step says what it
    does. What only publishing asks for, a draft may lack.
    """
    problem = next(
        filter(
            None,
            (
                *_names(document.fields, "field"),
                *_names(document.steps, "step"),
                _too_many(document.fields, FIELDS_LIMIT, "fields"),
                _too_many(document.steps, STEPS_LIMIT, "data quality steps"),
                *map(_step_problem, document.steps),
            ),
        ),
        "",
    )
    return no.ModelPartInvalid(why=problem) if problem else None


def _names(parts: Iterable[_Named], what: str) -> Iterable[str]:
    seen: set[str] = set()
    for one in parts:
        key = one.name.casefold()
        if not one.name.strip() or len(one.name) > PART_NAME_LIMIT or not storable(one.name):
            yield f"A {what} needs a name of 1 to {PART_NAME_LIMIT} characters."
        elif key in seen:
            yield f"There is a {what} named “{one.name}” already."
        seen.add(key)


def _too_many(parts: Collection[object], limit: int, what: str) -> str:
    return f"A model has at most {limit} {what}." if len(parts) > limit else ""


def _step_problem(step: Step) -> str:
    if len(step.check) > CHECK_LIMIT or not storable(step.check):
        return f"What a step checks has at most {CHECK_LIMIT} characters."
    if step.kind is StepKind.RULE and not step.check.strip():
        return f"Say what “{step.name}” checks."
    if (step.kind is StepKind.RULE and step.process) or (step.kind is StepKind.PROCESS and step.check):
        return f"“{step.name}” either checks a rule or calls a process."
    return ""


def check_feature(features: AbstractSet[Feature], account: AccountId, rule: str) -> no.FeatureMissing | None:
    """Judge whether an account has models at all: it takes Data Hub (MODEL-1, MODEL-2)."""
    if Feature.DATA_HUB in features:
        return None
    return no.FeatureMissing(feature=Feature.DATA_HUB.label, account=account, rule_id=rule)


def check_publishable(
    model: str, draft: Document, latest: Document | None, version: int
) -> no.ModelNotPublishable | no.NothingToPublish | None:
    """Judge publishing a draft: it has a field, its process calls name processes, and it differs from the latest
    version. Deploying it is not asked for (CONF-19).
    """
    if not draft.fields:
        return no.ModelNotPublishable(model=model, problem="it has no field yet")
    waiting = [step.name for step in draft.steps if step.kind is StepKind.PROCESS and not step.process]
    if waiting:
        return no.ModelNotPublishable(model=model, problem=f"no process is chosen for {', '.join(waiting)}")
    if draft == latest:
        return no.NothingToPublish(model=model, version=version)
    return None


def copy_of(document: Document) -> Document:
    """What a copy takes over: everything but the processes that steps call, which are the owner's (MODEL-3)."""
    return replace(document, steps=tuple(replace(step, process="") for step in document.steps))


def numbered(name: str, taken: Collection[str]) -> str:
    """The name of a copy beside names taken (folded): as it is, else with the first number that is free (MODEL-2)."""
    if name.casefold() not in taken:
        return name
    number = 2
    while (found := f"{name[: NAME_LIMIT - len(str(number)) - 1]} {number}").casefold() in taken:
        number += 1
    return found


def check_deletable(model: str, repositories: Collection[str]) -> no.ModelIsDeployed | None:
    """Judge deleting a model: not while it is deployed; being shared does not matter (MODEL-5)."""
    if not repositories:
        return None
    return no.ModelIsDeployed(model=model, repositories=", ".join(repositories))


def check_repository_deletable(repository: str, models: Collection[str]) -> no.RepositoryInUse | None:
    """Judge deleting a repository: not while models are deployed to it (MODEL-5)."""
    if not models:
        return None
    return no.RepositoryInUse(repository=repository, models=", ".join(models))


def differences(old: Document, new: Document) -> tuple[str, ...]:
    """What changed from one document to another, a sentence part each: fields, then steps, then their order."""
    told = [*_told("Field", old.fields, new.fields, Field.words), *_told("Step", old.steps, new.steps, _step_words)]
    return tuple(told)


def _step_words(step: Step) -> str:
    return step.check or ("calls a process" if step.process else "calls a process that is to be chosen")


def _told(what: str, old: tuple[P, ...], new: tuple[P, ...], words: Callable[[P], str]) -> Iterable[str]:
    before = {one.name.casefold(): one for one in old}
    after = {one.name.casefold(): one for one in new}
    for key, one in after.items():
        if key not in before:
            yield f"{what} {one.name} added: {words(one)}"
        elif before[key] != one:
            was, now = words(before[key]), words(one)
            yield f"{what} {one.name} changed: {was} → {now}" if was != now else f"{what} {one.name} changed"
    for key, one in before.items():
        if key not in after:
            yield f"{what} {one.name} removed"
    if [key for key in before if key in after] != [key for key in after if key in before]:
        yield f"{what}s in another order"
