"""The commands of the chapters ENV and FOLD: environments and their lists, the tree of folders and theirs."""

from __future__ import annotations

from datetime import datetime

from .access import Denial
from .catalogue import CLASSIFICATIONS
from .changes import NO_ACCESS_RULE, NOT_VISIBLE, OPERATOR
from .facts import TOP, DeletedFolder, Environment, RoleKey, RoleReference, parent_of
from .support_changes import SupportChanges

NAME_LENGTH = 80
FOLDER_NAME_LENGTH = 255


class PlaceChanges(SupportChanges):
    """A world whose environments and folders commands change."""

    # ------------------------------------------------------------------ environments

    def _may_edit_environments(self, actor: str, account: str, at: datetime) -> list[str]:
        """ENV-5: creating, deleting, attaching and detaching need both rights."""
        if account not in self.accounts:
            return [NOT_VISIBLE]
        if lacking := self._lacks(actor, account, {"ATOM_MANAGEMENT"}, "ENV-5", at):
            return lacking
        return self._lacks(actor, account, {"ENV_MANAGEMENT"}, "ENV-5", at)

    def _bad_environment_name(self, account: str, name: str) -> list[str]:
        """ENV-1: required, up to 80 characters, unique in the account."""
        good = 1 <= len(name) <= NAME_LENGTH and (account, name) not in self.environments
        return [] if good else ["ENV-1"]

    def create_environment(
        self, *, actor: str, account: str, name: str, at: datetime, classification: str = "PROD"
    ) -> str | None:
        """A new environment, open to everybody; Test needs Unlimited (ENV-1, ENV-2, ENV-5)."""
        if lacking := self._may_edit_environments(actor, account, at):
            return self._refusal(lacking)
        name = name.strip()
        rules = self._bad_environment_name(account, name)
        rules += ["ENV-2"] if classification not in CLASSIFICATIONS else []
        unlimited = "environments_unlimited" in self.accounts[account].features
        rules += ["ENV-2"] if classification == "TEST" and not unlimited else []
        if not rules:
            self.environments[account, name] = Environment(classification)
        return self._refusal(rules)

    def rename_environment(self, *, actor: str, account: str, environment: str, name: str, at: datetime) -> str | None:
        """Renaming an accessible environment needs Runtime Management only (ENV-5), there where it is not narrowed."""
        if account not in self.accounts:
            return self._refusal([NOT_VISIBLE])
        if lacking := self._lacks(actor, account, {"ATOM_MANAGEMENT"}, "ENV-5", at):
            return self._refusal(lacking)
        place = self.environments.get((account, environment))
        if place is None:
            return self._refusal([NOT_VISIBLE])
        if actor != OPERATOR:
            access = self.effective(actor, account, at)
            assert not isinstance(access, Denial)
            reason = self.env_can(access, self.accounts[account], place, "ATOM_MANAGEMENT")
            if reason != "held":
                return self._refusal(["ENV-9" if reason == "environment_closed" else "ENV-16"])
        name = name.strip()
        rules = self._bad_environment_name(account, name) if name != environment else []
        if not rules:
            del self.environments[account, environment]
            self.environments[account, name] = place
        return self._refusal(rules)

    def remove_environment(self, *, actor: str, account: str, environment: str, at: datetime) -> str | None:
        """Delete an environment with its list (ENV-5); worlds here attach no runtimes (ENV-6)."""
        if lacking := self._may_edit_environments(actor, account, at):
            return self._refusal(lacking)
        rules = [] if (account, environment) in self.environments else [NOT_VISIBLE]
        if not rules:
            del self.environments[account, environment]
        return self._refusal(rules)

    def attach_roles(
        self, *, actor: str, account: str, environment: str, roles: list[RoleReference], at: datetime
    ) -> str | None:
        """Put roles on the list; only what Available Roles offers, never a shared one (ENV-7, ENV-8)."""
        if lacking := self._may_edit_environments(actor, account, at):
            return self._refusal(lacking)
        place = self.environments.get((account, environment))
        if place is None:
            return self._refusal([NOT_VISIBLE])
        wanted = {self.role_key(account, role) for role in roles} - place.roles
        rules = [] if wanted <= self.attachable(account) else ["ENV-8"]
        if not rules:
            place.roles |= wanted
        return self._refusal(rules)

    def detach_roles(
        self,
        *,
        actor: str,
        account: str,
        environment: str,
        roles: list[RoleReference],
        at: datetime,
        confirmed: bool = False,
    ) -> str | None:
        """Take roles off the list; opening the environment to everybody wants a word that it is meant (ENV-23)."""
        if lacking := self._may_edit_environments(actor, account, at):
            return self._refusal(lacking)
        place = self.environments.get((account, environment))
        if place is None:
            return self._refusal([NOT_VISIBLE])
        left = place.roles - {self.role_key(account, role) for role in roles}
        rules = ["ENV-23"] if place.roles and not left and not confirmed else []
        if not rules:
            place.roles = left
        return self._refusal(rules)

    # ------------------------------------------------------------------ folders

    def _may_build(self, actor: str, account: str, at: datetime) -> list[str]:
        if account not in self.accounts:
            return [NOT_VISIBLE]
        return self._lacks(actor, account, {"BUILD"}, "FOLD-12", at)

    def _row(  # noqa: PLR0917 - the row, who, where, when
        self, act: str, actor: str, account: str, path: str, at: datetime, to: str | None = None
    ) -> list[str]:
        """What a row of FOLD-12 says about the actor, who has BUILD."""
        if actor == OPERATOR:
            return []
        access = self.effective(actor, account, at)
        assert not isinstance(access, Denial)
        return [] if self.act_allowed(act, access, account, path, to) else ["FOLD-6"]

    def _bad_folder_name(self, account: str, parent: str, name: str, besides: str | None = None) -> list[str]:
        """A name without a slash, which no other folder of the parent has, in whatever case."""
        beside = {
            path.rpartition("/")[2].casefold()
            for owner, path in self.folders
            if owner == account and path not in {TOP, besides} and parent_of(path) == parent
        }
        return [] if self._fits(name) and name.casefold() not in beside else ["FOLD-12"]

    def _fits(self, name: str) -> bool:
        return 1 <= len(name) <= FOLDER_NAME_LENGTH and "/" not in name

    def _missing(self, account: str, *paths: str) -> list[str]:
        return [] if all(self.folder_exists(account, path) for path in paths) else [NOT_VISIBLE]

    def create_folder(self, *, actor: str, account: str, parent: str, name: str, at: datetime) -> str | None:
        """A subfolder, which starts with a copy of its parent's list (FOLD-10, FOLD-12)."""
        if lacking := self._may_build(actor, account, at) or self._missing(account, parent):
            return self._refusal(lacking)
        name = name.strip()
        rules = self._row("create_subfolder", actor, account, parent, at)
        rules += self._bad_folder_name(account, parent, name)
        if not rules:
            self.folders[account, _join(parent, name)] = set(self.folder_roles(account, parent))
        return self._refusal(rules)

    def rename_folder(self, *, actor: str, account: str, folder: str, name: str, at: datetime) -> str | None:
        """Another name; the list stays (FOLD-12)."""
        if lacking := self._may_build(actor, account, at) or self._missing(account, folder):
            return self._refusal(lacking)
        name = name.strip()
        rules = self._row("rename_folder", actor, account, folder, at)
        rules += ["FOLD-1"] if folder == TOP else self._bad_folder_name(account, parent_of(folder), name, folder)
        if not rules:
            self._put(account, folder, _join(parent_of(folder), name))
        return self._refusal(rules)

    def move_folder(self, *, actor: str, account: str, folder: str, destination: str, at: datetime) -> str | None:
        """Elsewhere in the tree, with all below it and with its lists (FOLD-11, FOLD-12)."""
        if lacking := self._may_build(actor, account, at) or self._missing(account, folder, destination):
            return self._refusal(lacking)
        rules = self._row("move_folder", actor, account, folder, at, destination)
        name = folder.rpartition("/")[2]
        rules += ["FOLD-1"] if folder == TOP or self._inside(account, folder, destination) else []
        rules += self._bad_folder_name(account, destination, name, folder) if folder != TOP else []
        if not rules:
            self._put(account, folder, _join(destination, name))
        return self._refusal(rules)

    def _inside(self, account: str, folder: str, destination: str) -> bool:
        """Whether the destination is the folder itself or below it."""
        return destination == folder or destination in self.folders_below(account, folder)

    def _put(self, account: str, old: str, new: str) -> None:
        """Names are identities here, so every path below is rewritten."""
        for path in [old, *sorted(self.folders_below(account, old))]:
            self.folders[account, f"\n{new}{path[len(old) :]}"] = self.folders.pop((account, path))
        self.folders = {(owner, path.removeprefix("\n")): roles for (owner, path), roles in self.folders.items()}
        self._put_deleted(self._deleted_below(account, old), old, new)

    def _deleted_below(self, account: str, folder: str) -> list[DeletedFolder]:
        return [one for one in self.deleted_folders if one.account == account and one.path.startswith(f"{folder}/")]

    def _put_deleted(self, some: list[DeletedFolder], old: str, new: str) -> None:
        """What was deleted from a folder that moves would come back where that folder is then."""
        for one in some:
            one.path = f"{new}{one.path[len(old) :]}"
            self._put_deleted(one.before, old, new)

    def copy_folder(
        self, *, actor: str, account: str, folder: str, destination: str, name: str, at: datetime
    ) -> str | None:
        """A copy of the tree without any list (FOLD-11), where the actor may write (FOLD-12)."""
        if lacking := self._may_build(actor, account, at) or self._missing(account, folder, destination):
            return self._refusal(lacking)
        rules = self._row("copy_folder", actor, account, folder, at, destination)
        rules += ["FOLD-1"] if folder == TOP or self._inside(account, folder, destination) else []
        rules += ["FOLD-12"] if not self._fits(name.strip()) else []
        if not rules:
            new = _join(destination, self._free(account, destination, name.strip()))
            for path in [folder, *sorted(self.folders_below(account, folder))]:
                self.folders[account, f"{new}{path[len(folder) :]}"] = set()
        return self._refusal(rules)

    def _free(self, account: str, parent: str, name: str) -> str:
        """The name, or where it is taken "Copy of" it, or that with the first number that is free."""
        names = [name, f"Copy of {name}", *(f"Copy of {name} ({number})" for number in range(2, 1000))]
        return next(one for one in names if not self._bad_folder_name(account, parent, one))

    def remove_folder(self, *, actor: str, account: str, folder: str, at: datetime) -> str | None:
        """Delete a folder with all below it, of which every one must be writable (FOLD-12); never the top (FOLD-1)."""
        if lacking := self._may_build(actor, account, at) or self._missing(account, folder):
            return self._refusal(lacking)
        rules = self._row("delete_folder", actor, account, folder, at)
        rules += ["FOLD-1"] if folder == TOP else []
        if not rules:
            before = self._deleted_below(account, folder)
            self.deleted_folders = [one for one in self.deleted_folders if not any(one is other for other in before)]
            gone = [folder, *sorted(self.folders_below(account, folder))]
            lists = {path[len(folder) :]: self.folders.pop((account, path)) for path in gone}
            self.deleted_folders.append(DeletedFolder(account, folder, lists, before))
        return self._refusal(rules)

    def restore_folder(self, *, actor: str, account: str, folder: str, at: datetime) -> str | None:
        """Bring back what went with the folder, lists included (FOLD-12): all of it and its parent must be writable."""
        if lacking := self._may_build(actor, account, at):
            return self._refusal(lacking)
        found = [one for one in self.deleted_folders if (one.account, one.path) == (account, folder)]
        if not found:
            return self._refusal([NOT_VISIBLE])
        deleted, parent = found[-1], parent_of(folder)
        if not self.folder_exists(account, parent):
            return self._refusal([NOT_VISIBLE])
        rules = self._bad_folder_name(account, parent, folder.rpartition("/")[2])
        lists = [self.folder_roles(account, parent), *deleted.lists.values()]
        rules += ["FOLD-6"] if not all(self._writes(actor, account, roles, at) for roles in lists) else []
        if not rules:
            self.deleted_folders = [one for one in self.deleted_folders if one is not deleted] + deleted.before
            self.folders |= {(account, folder + below): roles for below, roles in deleted.lists.items()}
        return self._refusal(rules)

    def _writes(self, actor: str, account: str, roles: set[RoleKey], at: datetime) -> bool:
        if actor == OPERATOR:
            return True
        access = self.effective(actor, account, at)
        return not isinstance(access, Denial) and self.folder_write(access, roles)

    def set_folder_roles(
        self, *, actor: str, account: str, folder: str, roles: list[RoleReference], at: datetime
    ) -> str | None:
        """Another list: by holders of the role Administrator itself (FOLD-7), of what is offered (FOLD-9).

        Restrictions need Advanced User Security; without it they can only be loosened (FOLD-2).
        """
        if account not in self.accounts:
            return self._refusal([NOT_VISIBLE])
        if actor == OPERATOR:
            if lacking := self._lacks(actor, account, set(), "FOLD-7", at):
                return self._refusal(lacking)
        else:
            access = self.effective(actor, account, at)
            if isinstance(access, Denial):
                return self._refusal([NO_ACCESS_RULE[access.reason]])
            if not self.manage_folder_perms(access, self.accounts[account]):
                return self._refusal(["FOLD-7"])
        if missing := self._missing(account, folder):
            return self._refusal(missing)
        before, after = self.folder_roles(account, folder), {self.role_key(account, role) for role in roles}
        rules = [] if after - before <= self.attachable(account) else ["FOLD-9"]
        loosened = not after or (before and before <= after)
        secured = "advanced_user_security" in self.accounts[account].features
        rules += [] if secured or loosened or after == before else ["FOLD-2"]
        if not rules:
            self.folders[account, folder] = after
        return self._refusal(rules)


def _join(parent: str, name: str) -> str:
    return name if parent == TOP else f"{parent}/{name}"
