"""Computing what a change would do, from the state as it is: nothing is tried out and nothing guessed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

from django.db.models import Count, Sum

from tenantry.accounts.queries import account_row
from tenantry.decisions.facts import load_given
from tenantry.decisions.losses import ending
from tenantry.decisions.reach import Reach, primary_of, reach_of
from tenantry.decisions.views import Views
from tenantry.privileges.queries import catalogue as load_catalogue
from tenantry.rules.changes import Change, GroupRolesChange
from tenantry.rules.facts import EVERYBODY, AccountFacts, Given, Held, Inside, User, meet, outside_grants
from tenantry.rules.impact import Comparison, Effect, Impact, next_bound
from tenantry.rules.privileges import Catalogue
from tenantry.rules.roles import default_layer
from tenantry.rules.vocabulary import AccountId, Instant, Person, RoleGrant, UserKey
from tenantry.store.models import Revision
from tenantry.store.revisions import PLATFORM
from tenantry.users.queries import staff_people


class Looking:
    """One computation: the state it looks at is that of the caller's transaction, or of `one_state`."""

    def __init__(self, change: Change, at: Instant) -> None:
        """Find out whom the change can concern."""
        if isinstance(change, GroupRolesChange):
            change = replace(change, at=at)  # what is over by then is given anew
        self.change = change
        self.at = at
        self._catalogue: Catalogue = load_catalogue()
        self._nobody = Given(None, default_layer(self._catalogue))
        self._given: dict[AccountId | None, tuple[Given, Given]] = {None: (self._nobody, change.given(self._nobody))}
        primary = primary_of(change)
        given = self._halves(primary)[0] if primary is not None else None
        self.reach: Reach = reach_of(change, given)
        self._ending = ending(change)
        self._primary = primary
        self._alike: dict[Held, Held] = {}
        self._direct: dict[tuple[int, int], Held] = {}
        self._shapes: dict[tuple[object, ...], Comparison] = {}

    def _halves(self, primary: AccountId | None) -> tuple[Given, Given]:
        """What a primary gives before and after."""
        if primary not in self._given and primary is not None:
            given = load_given(primary, self._catalogue)
            self._given[primary] = (given, self.change.given(given))
        return self._given[primary]

    def impact(self) -> Impact:
        """Everything that the change does."""
        staff = staff_people() if self.reach.staff else {}
        effects: dict[AccountId, list[Effect]] = {}
        bounds: list[Instant] = []
        for inside, primary in Views(self.reach.accounts, self.reach.direct, self._catalogue):
            comparison = self._compared(inside, primary)
            account = inside.id
            here = [
                Effect(account, key, *found)
                for key, held, then in self._everybody(inside, comparison.before, comparison.after, staff)
                if (found := comparison.result(held, then)) is not None
            ]
            if here:
                here.sort()
                effects[account] = here
            if inside.trial_ends is not None and inside.trial_ends > self.at:
                bounds.append(inside.trial_ends)
        bound = next_bound(self._alike.values(), self.at)
        if bound is not None:
            bounds.append(bound)
        in_order = chain.from_iterable(effects[account] for account in sorted(effects))
        losses = sorted(self._ending.losses()) if self._ending is not None else ()
        return Impact(tuple(in_order), min(bounds, default=None), tuple(losses))

    def _compared(self, inside: Inside, primary: AccountId | None) -> Comparison:
        """An account before and after. Accounts without roles of their own that the change leaves alone are alike but
        for their names, so that thousands of them are compared once.
        """
        before, after = self._halves(primary)
        changed = self.change.inside(inside)
        if changed is not inside or inside.own or inside.temporary:
            return Comparison(meet(inside, before), meet(changed, after), self.at)
        shape = (
            primary,
            inside.status,
            inside.active,
            inside.support_access,
            inside.trial_ends,
            inside.membership,
        )
        found = self._shapes.get(shape)
        if found is None:
            found = self._shapes[shape] = Comparison(meet(inside, before), meet(inside, after), self.at)
        return found

    def _everybody(
        self, inside: Inside, old: AccountFacts, new: AccountFacts, staff: Mapping[UserKey, Person]
    ) -> Iterator[tuple[UserKey, Held, Held]]:
        """Everybody concerned with what they hold before and after: direct users, then others."""
        peopled = any(group.users for facts in (old, new) for group in facts.groups)
        temporary = inside.temporary
        for user in inside.users:
            before = outside_grants(old.groups, user.key) if peopled else ()
            after = outside_grants(new.groups, user.key) if peopled else ()
            if before or after or user.key in temporary:
                lent = temporary[user.key][1] if user.key in temporary else ()
                yield self._pair(user.key, Held(user.person, user.direct, (), lent), before, after)
            else:  # most people by far
                held = self._plain(user)
                yield user.key, held, held
        if self.reach.outside == frozenset() and not temporary and not staff:
            return
        done = {user.key for user in inside.users}
        for key, held in self._others(inside, old, new, staff):
            if key not in done:
                done.add(key)
                yield self._pair(key, held, outside_grants(old.groups, key), outside_grants(new.groups, key))

    def _others(
        self, inside: Inside, old: AccountFacts, new: AccountFacts, staff: Mapping[UserKey, Person]
    ) -> Iterator[tuple[UserKey, Held]]:
        only = self.reach.outside
        for key, (person, grants) in inside.temporary.items():
            yield key, Held(person, temporary=grants)
        for facts in (old, new):
            people = facts.given.people if facts.given is not None else {}
            for group in facts.groups:
                concerned = group.users if only is None else [key for key in only if key in group.users]
                for key in concerned:
                    yield key, Held(people.get(key, EVERYBODY))
        for key, person in staff.items():
            yield key, Held(person)

    def _plain(self, user: User) -> Held:
        """One value for all who are the same person as far as decisions go, and hold the same directly."""
        key = (id(user.person), id(user.direct))
        held = self._direct.get(key)
        if held is None:
            held = self._direct[key] = self._one(Held(user.person, user.direct))
        return held

    def _pair(
        self, key: UserKey, held: Held, before: tuple[RoleGrant, ...], after: tuple[RoleGrant, ...]
    ) -> tuple[UserKey, Held, Held]:
        """The same with what groups give: before, and after."""
        return key, self._one(replace(held, outside=before)), self._one(replace(held, outside=after))

    def _one(self, held: Held) -> Held:
        """The one value that stands for all equal ones."""
        return self._alike.setdefault(held, held)

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
        """Whether equal stamps prove an equal impact: not where support staff come in, whom no stamp covers, nor where
        shares end by which things live that raise no revision.
        """
        return not self.reach.staff and (self._ending is None or not self._ending.resources)
