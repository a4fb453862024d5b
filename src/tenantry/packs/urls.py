"""Addresses of integration packs: of those who publish them, and of those who install them."""

from django.urls import path

from tenantry.packs import console, content_console, installed_console, release_console

urlpatterns = [
    path("packs/", console.packs, name="packs"),
    path("packs/add/", console.pack_add, name="pack_add"),
    path("packs/pack/", console.pack, name="pack"),
    path("packs/pack/edit/", console.pack_edit, name="pack_edit"),
    path("packs/pack/remove/", console.pack_remove, name="pack_remove"),
    path("packs/pack/release/", release_console.pack_release, name="pack_release"),
    path("packs/pack/release/day/", release_console.pack_release_day, name="pack_release_day"),
    path("packs/pack/components/add/", content_console.pack_component_add, name="pack_component_add"),
    path("packs/pack/components/version/", content_console.pack_component_version, name="pack_component_version"),
    path("packs/pack/components/remove/", content_console.pack_component_remove, name="pack_component_remove"),
    path("packs/pack/components/undelete/", content_console.pack_component_undelete, name="pack_component_undelete"),
    path("installed-packs/", installed_console.installed_packs, name="installed_packs"),
    path("installed-packs/browse/", installed_console.browse_packs, name="browse_packs"),
    path("installed-packs/browse/pack/", installed_console.browse_pack, name="browse_pack"),
    path("installed-packs/install/", installed_console.pack_install, name="pack_install"),
    path("installed-packs/instance/", installed_console.installed_pack, name="installed_pack"),
    path("installed-packs/instance/attach/", installed_console.pack_attach, name="pack_attach"),
    path("installed-packs/instance/detach/", installed_console.pack_detach, name="pack_detach"),
    path("installed-packs/instance/update/", installed_console.pack_update, name="pack_update"),
    path("installed-packs/instance/uninstall/", installed_console.pack_uninstall, name="pack_uninstall"),
]
