"""The settings of single sign-on, and Federation IDs."""

from tenantry.rules.provider_settings import DirectorySettings, OpenIdSettings
from tenantry.rules.saml_settings import SamlSettings
from tenantry.sso import federations, provider_settings, saml_settings
from tests.store.every_command.verb import Verb
from tests.store.every_command.world import REASON
from tests.store.factories import AT

VERBS: dict[str, Verb] = {
    "set_openid_settings": Verb(
        lambda w, who: provider_settings.set_openid_settings(
            actor=who, at=AT, account=w.here, settings=OpenIdSettings(client_id="tenantry"), reason=REASON
        ),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
    "set_directory_settings": Verb(
        lambda w, who: provider_settings.set_directory_settings(
            actor=who, at=AT, account=w.here, settings=DirectorySettings(attribute="uid"), reason=REASON
        ),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
    "set_federation_id": Verb(
        lambda w, who: federations.set_federation_id(
            actor=who, at=AT, account=w.here, user=w.bob.email, federation_id="bob", reason=REASON
        ),
        ("user", "UPDATE", "NONE"),
    ),
    "federate": Verb(
        lambda w, who: federations.federate(
            actor=who, at=AT, account=w.here, email=w.bob.email, federation_id="bob", reason=REASON
        ),
        ("user", "UPDATE", "NONE"),
    ),
    "change_federation": Verb(
        lambda w, who: federations.change_federation(
            actor=who, at=AT, account=w.here, user=w.ann.id, federation_id="another", reason=REASON
        ),
        ("user", "UPDATE", "NONE"),
    ),
    "end_federation": Verb(
        lambda w, who: federations.end_federation(actor=who, at=AT, account=w.here, user=w.ann.id, reason=REASON),
        ("user", "UPDATE", "NONE"),
    ),
    "forget_federation": Verb(
        lambda w, _: federations.forget_federation(account=w.here, user=w.ann.id), None, where=(), raises=(), part=True
    ),
    "compare_anew": Verb(
        lambda w, _: federations.compare_anew(account=w.here, features=frozenset()),
        None,
        where=(),
        raises=(),
        part=True,
    ),
    "set_saml_settings": Verb(
        lambda w, who: saml_settings.set_saml_settings(
            actor=who, at=AT, account=w.here, settings=SamlSettings(encrypted=True), reason=REASON
        ),
        ("account", "EDIT", "NONE"),
        raises=(),
    ),
}
