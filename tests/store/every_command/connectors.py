"""Connectors, their versions, releases and reviews."""

from collections.abc import Callable

from tenantry.connectors import commands as connectors, publisher, releases, reviews
from tenantry.jobs.kinds import Job, JobKind
from tenantry.rules.connectors import Visibility
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import Actor
from tenantry.sharing import ends
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import REASON, World
from tests.store.factories import AT
from tests.store.workshops import DUE, some_files


def develops(
    act: Callable[..., object],
    words: tuple[str, str, str],
    *,
    also: tuple[tuple[str, str, str], ...] = (),
    gives: tuple[str, ...] = (),
    standard: bool = True,
    **given: Callable[[World], object],
) -> Verb:
    """A command about connectors, with what it is given."""

    def run(world: World, who: Actor) -> object:
        more = {name: find(world) for name, find in given.items()}
        return act(actor=who, at=AT, account=world.here, reason=REASON, **more)

    return Verb(run, words, raises=gives, gives=gives, also=also, standard=standard)


def _connector_release_job(world: World) -> Job:
    details = {"version": 2, "user": None}
    return Job(JobKind.CONNECTOR_RELEASE, world.here, world.workshop.planned, details, DUE)


VERBS: dict[str, Verb] = {
    "set_publisher_name": develops(
        publisher.set_publisher_name, ("account", "EDIT", "NONE"), standard=False, name=lambda _: "Other"
    ),
    "enable_development": Verb(
        lambda w, who: publisher.enable_development(actor=who, at=AT, account=w.plain, reason=REASON),
        ("account", "EDIT", "NONE"),
        where=("plain",),
        raises=(),
        operator=True,
    ),
    "require_developing": Verb(
        lambda w, who: publisher.require_developing(actor=who, at=AT, account=w.here),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "may_develop": Verb(
        lambda w, who: publisher.may_develop(actor=who, at=AT, account=w.here), None, where=(), raises=(), part=True
    ),
    "create_connector_group": develops(
        connectors.create_connector_group,
        ("as.connectorgroup", "ADD", "NONE"),
        also=(("as.connector", "ADD", "NONE"),),
        name=lambda _: "New",
        display_name=lambda _: "New",
        classification=lambda _: "dev",
        files=lambda w: some_files(w.here),
    ),
    "change_connector_group": develops(
        connectors.change_connector_group,
        ("as.connectorgroup", "UPDATE", "NONE"),
        group=lambda w: w.workshop.group,
        name=lambda _: "Other",
    ),
    "remove_connector_group": develops(
        connectors.remove_connector_group, ("as.connectorgroup", "DELETE", "NONE"), group=lambda w: w.workshop.spare
    ),
    "add_version": develops(
        connectors.add_version,
        ("as.connectorgroup.version", "ADD", "NONE"),
        group=lambda w: w.workshop.group,
        files=lambda w: some_files(w.here),
    ),
    "add_connector": develops(
        connectors.add_connector,
        ("as.connector", "ADD", "NONE"),
        group=lambda w: w.workshop.group,
        name=lambda _: "New",
        classification=lambda _: "new",
        version=lambda _: 1,
    ),
    "rename_connector": develops(
        connectors.rename_connector,
        ("as.connector", "UPDATE", "NAME"),
        connector=lambda w: w.workshop.fresh,
        name=lambda _: "Other",
    ),
    "remove_connector": develops(
        connectors.remove_connector,
        ("as.connector", "DELETE", "NONE"),
        also=(("as.accountgroup.resource", "DELETE", "NONE"),),
        gives=("here",),
        connector=lambda w: w.workshop.asked,
    ),
    "release_version": develops(
        releases.release_version,
        ("as.connector", "RELEASE", "NONE"),
        connector=lambda w: w.workshop.planned,
        version=lambda _: 1,
    ),
    "plan_release": develops(
        releases.plan_release,
        ("as.connector", "RELEASE", "PLANNED"),
        connector=lambda w: w.workshop.released,
        version=lambda _: 2,
        due=lambda _: DUE,
    ),
    "cancel_release": develops(
        releases.cancel_release, ("as.connector", "RELEASE", "CANCELLED"), connector=lambda w: w.workshop.planned
    ),
    "carry_out_release": Verb(
        lambda w, _: releases.carry_out_release(_connector_release_job(w), AT),
        ("as.connector", "RELEASE", "NONE"),
        raises=(),
        operator=True,
        self_service=True,
        reasoned=False,
    ),
    "withdraw_release": Verb(
        lambda w, who: releases.withdraw_release(_connector_release_job(w), who, AT),
        ("as.connector", "RELEASE", "CANCELLED"),
        raises=(),
        operator=True,
        part=True,
        reasoned=False,
    ),
    "hide_connector": develops(
        reviews.hide_connector, ("as.connector", "UPDATE", "VISIBILITY"), connector=lambda w: w.workshop.released
    ),
    "submit_for_review": develops(
        reviews.submit_for_review,
        ("as.connector.review", "ADD", "NONE"),
        standard=False,
        connector=lambda w: w.workshop.released,
        wanted=lambda _: Visibility.PUBLIC,
    ),
    "cancel_review": develops(
        reviews.cancel_review,
        ("as.connector.review", "UPDATE", "NONE"),
        standard=False,
        connector=lambda w: w.workshop.asked,
    ),
    "decide_review": Verb(
        lambda w, who: reviews.decide_review(actor=who, at=AT, review=w.workshop.review, approved=True, reason=REASON),
        ("as.connector.review", "UPDATE", "NONE"),
        also=(("as.accountgroup.resource", "DELETE", "NONE"),),
        raises=("here",),
        gives=("here",),
        by="sid",
    ),
    "end_of_resource": Verb(
        lambda w, who: ends.end_of_resource(
            actor=who,
            at=AT,
            account=w.here,
            kind=Kind.CONNECTOR,
            resource=w.workshop.asked,
            name="Toolbox",
            cause="so it is",
        ),
        ("as.accountgroup.resource", "DELETE", "NONE"),
        gives=("here",),
        part=True,
        reasoned=False,
    ),
}
