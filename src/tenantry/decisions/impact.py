"""Computing what a change would do, from the state as it is: nothing is tried out and nothing guessed."""

from collections.abc import Iterator, Mapping

from django.db.models import Count, Sum

from tenantry.accounts.queries import account_row
from tenantry.decisions.facts import load_given
from tenantry.decisions.reach import Reach, primary_of, reach_of
from tenantry.decisions.views import Views
from tenantry.privileges.queries import catalogue as load_catalogue
from tenantry.rules.changes import Change
from tenantry.rules.decide import people_of
from tenantry.rules.facts import EVERYBODY, AccountFacts, Given, Held, Inside, meet, outside_grants
from tenantry.rules.impact import Comparison, Effect, Impact, next_bound
from tenantry.rules.privileges import Catalogue
from tenantry.rules.roles import default_layer
from tenantry.rules.vocabulary import AccountId, Instant, Person, UserKey
from tenantry.store.models import Revision
from tenantry.store.revisions import PLATFORM
from tenantry.users.queries import staff_people


class Looking:
    """One computation: the state it looks at is that of the caller's transaction, or of `one_state`."""

    def __init__(self, change: Change, at: Instant) -> None:
        """Find out whom the change can concern."""
        self.change = change
        self.at = at
        self._catalogue: Catalogue = load_catalogue()
        self._nobody = Given(None, default_layer(self._catalogue))
        self._given: dict[AccountId | None, tuple[Given, Given]] = {None: (self._nobody, change.given(self._nobody))}
        primary = primary_of(change)
        given = self._halves(primary)[0] if primary is not None else None
        self.reach: Reach = reach_of(change, given)
        self._primary = primary
        self._seen: set[Held] = set()
        self._trials: list[Instant] = []

    def _halves(self, primary: AccountId | None) -> tuple[Given, Given]:
        """What a primary gives before and after."""
        if primary not in self._given and primary is not None:
            given = load_given(primary, self._catalogue)
            self._given[primary] = (given, self.change.given(given))
        return self._given[primary]

    def impact(self) -> Impact:
        """Everything that the change does."""
        staff = staff_people() if self.reach.staff else {}
        effects: list[Effect] = []
        for inside, primary in Views(self.reach.accounts, self.reach.direct, self._catalogue):
            effects += self._in_account(inside, *self._halves(primary), staff)
            if inside.trial_ends is not None and inside.trial_ends > self.at:
                self._trials.append(inside.trial_ends)
        effects.sort()
        bounds = [*self._trials]
        bound = next_bound(self._seen, self.at)
        if bound is not None:
            bounds.append(bound)
        return Impact(tuple(effects), min(bounds, default=None))

    def _in_account(
        self, inside: Inside, before: Given, after: Given, staff: Mapping[UserKey, Person]
    ) -> Iterator[Effect]:
        changed = self.change.inside(inside)
        old, new = meet(inside, before), meet(changed, after)
        comparison = Comparison(old, new, self.at)
        done: set[UserKey] = set()
        for key, _, held in people_of(inside, old):
            done.add(key)
            then = _after(held, new, key)
            self._note(held, then)
            effect = comparison.effect(key, held, then)
            if effect is not None:
                yield effect
        for key, person in self._outside(old, new, before, after, staff):
            if key in done:
                continue
            done.add(key)
            held = Held(person, outside=outside_grants(old.groups, key))
            then = _after(held, new, key)
            self._note(held, then)
            effect = comparison.effect(key, held, then)
            if effect is not None:
                yield effect

    def _outside(
        self, old: AccountFacts, new: AccountFacts, before: Given, after: Given, staff: Mapping[UserKey, Person]
    ) -> Iterator[tuple[UserKey, Person]]:
        only = self.reach.outside
        for facts, given in ((old, before), (new, after)):
            for group in facts.groups:
                for key in group.users:
                    if only is None or key in only:
                        yield key, given.people.get(key, EVERYBODY)
        yield from staff.items()

    def _note(self, *holdings: Held) -> None:
        self._seen.update(held for held in holdings if not held.lasting)

    def stamps(self) -> list[int]:
        """What tells later whether anything the impact rests on has changed: sums of numbers that only grow."""
        scopes = [PLATFORM]
        row = account_row(self._primary) if self._primary is not None else None
        scopes += [row.id] if row is not None else []
        own = Revision.objects.filter(scope__in=scopes).aggregate(number=Sum("number"), given=Sum("given"))
        there = Revision.objects.filter(scope__in=self.reach.scope.order_by().values("id"))
        counted = there.aggregate(number=Sum("number"), rows=Count("scope"))
        return [own["number"] or 0, own["given"] or 0, counted["number"] or 0, counted["rows"] or 0]

    @property
    def provable(self) -> bool:
        """Whether equal stamps prove an equal impact: not where support staff come in, whom no stamp covers."""
        return not self.reach.staff


def _after(held: Held, account: AccountFacts, key: UserKey) -> Held:
    """What somebody holds afterwards: direct and temporary grants stay, groups may be others."""
    outside = outside_grants(account.groups, key) if account.groups or held.outside else ()
    return held if outside == held.outside else Held(held.person, held.direct, outside, held.temporary)
