"""Folders and components."""

from collections.abc import Callable

from tenantry.build import commands as folders, components
from tenantry.build.queries import top_id
from tenantry.rules.vocabulary import OPERATOR, Actor
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import REASON, World
from tests.store.factories import ADMINISTRATOR, AT


def _in_build(
    act: Callable[..., object],
    words: tuple[str, str],
    *,
    raises: tuple[str, ...] = (),
    standard: bool = True,
    prepare: Callable[[World], object] | None = None,
    **given: Callable[[World], object],
) -> Verb:
    """A command of Build, with what it is given."""

    def run(world: World, who: Actor) -> object:
        more = {name: find(world) for name, find in given.items()}
        return act(actor=who, at=AT, account=world.here, reason=REASON, **more)

    def make_ready(world: World) -> None:
        if prepare is not None:
            prepare(world)

    kind, word = words
    action, modifier = ("UPDATE", word) if word in {"NAME", "ROLE"} else (word, "NONE")
    said = (f"as.{kind}", action, modifier)
    return Verb(run, said, raises=raises, standard=standard, prepare=make_ready)


def _restricted(world: World) -> None:
    """The folder lists a role that nobody holds."""
    folders.set_folder_roles(actor=OPERATOR, at=AT, account=world.here, folder=world.folder, roles={world.spare})


VERBS: dict[str, Verb] = {
    "create_folder": _in_build(
        folders.create_folder, ("folder", "CREATE"), parent=lambda w: w.folder, name=lambda _: "New"
    ),
    "rename_folder": _in_build(
        folders.rename_folder, ("folder", "NAME"), folder=lambda w: w.folder, name=lambda _: "Renamed"
    ),
    "move_folder": _in_build(
        folders.move_folder, ("folder", "MOVE"), folder=lambda w: w.deep, destination=lambda w: top_id(w.here)
    ),
    "edit_folder": _in_build(
        folders.edit_folder, ("folder", "NAME"), folder=lambda w: w.folder, name=lambda _: "Renamed"
    ),
    "copy_folder": _in_build(
        folders.copy_folder, ("folder", "COPY"), folder=lambda w: w.folder, destination=lambda w: top_id(w.here)
    ),
    "remove_folder": _in_build(folders.remove_folder, ("folder", "DELETE"), folder=lambda w: w.folder),
    "restore_folder": _in_build(
        folders.restore_folder,
        ("folder", "RESTORE"),
        folder=lambda w: w.folder,
        prepare=lambda w: folders.remove_folder(actor=OPERATOR, at=AT, account=w.here, folder=w.folder),
    ),
    "set_folder_roles": _in_build(
        folders.set_folder_roles,
        ("folder", "ROLE"),
        raises=("here",),
        standard=False,
        folder=lambda w: w.folder,
        roles=lambda _: {ADMINISTRATOR},
    ),
    "forget_role_on_folders": Verb(
        lambda w, who: folders.forget_role_on_folders(actor=who, at=AT, account=w.here, role=w.spare),
        ("as.folder", "UPDATE", "ROLE"),
        raises=(),
        part=True,
        reasoned=False,
        prepare=_restricted,
    ),
    "create_component": _in_build(
        components.create_component,
        ("component", "CREATE"),
        folder=lambda w: w.folder,
        name=lambda _: "New",
        type=lambda _: "map",
        format=lambda _: "json",
        text=lambda _: "{}",
    ),
    "save_component": _in_build(
        components.save_component,
        ("component", "UPDATE"),
        component=lambda w: w.component,
        text=lambda _: "<new/>",
        opened=lambda _: 1,
    ),
    "edit_component": _in_build(
        components.edit_component, ("component", "UPDATE"), component=lambda w: w.component, text=lambda _: "<new/>"
    ),
    "restore_revision": _in_build(
        components.restore_revision,
        ("component", "UPDATE"),
        component=lambda w: w.component,
        number=lambda _: 1,
        prepare=lambda w: components.save_component(
            actor=OPERATOR, at=AT, account=w.here, component=w.component, text="<new/>", opened=1
        ),
    ),
    "move_component": _in_build(
        components.move_component,
        ("component", "MOVE"),
        component=lambda w: w.component,
        destination=lambda w: w.deep,
    ),
    "copy_component": _in_build(
        components.copy_component,
        ("component", "COPY"),
        component=lambda w: w.component,
        destination=lambda w: w.folder,
    ),
    "remove_component": _in_build(
        components.remove_component, ("component", "DELETE"), component=lambda w: w.component
    ),
    "restore_component": _in_build(
        components.restore_component,
        ("component", "RESTORE"),
        component=lambda w: w.component,
        prepare=lambda w: components.remove_component(actor=OPERATOR, at=AT, account=w.here, component=w.component),
    ),
}
