"""Copying a publication into an account: new ids, references led to the copies, passwords left out (PROC-5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tenantry.build.copying import Put, new_component_id, put
from tenantry.build.explorer import names_in
from tenantry.deploy.parts import contents_of, texts_of
from tenantry.library.models import Publication
from tenantry.rules.library import numbered_names
from tenantry.rules.passwords import without_passwords
from tenantry.rules.vocabulary import AccountId, ComponentId, FolderId, Instant


@dataclass(frozen=True, slots=True)
class Installed:
    """The copy of a process: its id, what it is called, and how many components were made."""

    id: ComponentId
    name: str
    components: int


def published_texts(publication: Publication, components: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The texts of these components as they were published: without passwords, unless they were published with them."""
    for component, written, text in texts_of(publication.package, components):
        yield component, text if publication.with_passwords else without_passwords(written, text)


def write_copy(
    publication: Publication, *, user: str, at: Instant, account: AccountId, folder: FolderId, name: str
) -> Installed:
    """Write the copies, all into one folder; a name that is taken there gets a number. A part of installing."""
    contents = contents_of(publication.package)
    ids = {one.component: new_component_id() for one in contents}
    root = ids[publication.package.component_id]
    wanted = (name, *(one.name for one in contents[1:]))
    names = numbered_names(wanted, names_in(account, folder))
    made = [
        Put(ids[one.component], folder, called, one.type, one.format)
        for one, called in zip(contents, names, strict=True)
    ]
    put(user=user, at=at, target=account, made=made, ids=ids, texts=lambda some: published_texts(publication, some))
    return Installed(root, names[0], len(made))
