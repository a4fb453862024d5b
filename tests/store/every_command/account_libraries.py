"""Account libraries."""

from tenantry.account_libraries import commands as libraries
from tests.store.every_command.connectors import develops
from tests.store.every_command.verb import Verb
from tests.store.jars import a_kept_jar

VERBS: dict[str, Verb] = {
    "upload_library": develops(
        libraries.upload_library, ("as.library", "ADD", "NONE"), file=lambda w: a_kept_jar(w.here, "new.jar")
    ),
    "remove_library": develops(libraries.remove_library, ("as.library", "DELETE", "NONE"), library=lambda w: w.jar),
}
