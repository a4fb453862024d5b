"""Sections 9 and 10 of the rule book: the gates of environments, and who may change folders. In their own words."""

from __future__ import annotations

from datetime import datetime

from .access import Access, Answer, Denial, Law, unless
from .facts import ADMINISTRATOR_ROLE, TOP, Account, Environment, RoleKey, parent_of

#: FOLD-12, row by row: `BUILD`, and write on the folder (of the component), on parent, all subfolders, destination.
FOLDER_TABLE = """
create_subfolder   yes  yes  no   no   no
rename_folder      yes  yes  yes  no   no
copy_folder        yes  no   no   no   yes
move_folder        yes  yes  yes  no   yes
delete_folder      yes  yes  yes  yes  no
restore_folder     yes  yes  yes  yes  no
view_permissions   no   no   no   no   no
change_component   yes  yes  no   no   no
move_component     yes  yes  no   no   yes
copy_component     yes  no   no   no   yes
show_usage         no   no   no   no   no
"""
ACTS = {row.split()[0]: tuple(cell == "yes" for cell in row.split()[1:]) for row in FOLDER_TABLE.strip().splitlines()}
#: "(not top-level)" in the table; the top-level folder carries the account's name, so it is not renamed either.
NEVER_THE_TOP = frozenset({"move_folder", "delete_folder", "rename_folder", "copy_folder", "restore_folder"})


class Places(Law):
    """Who may do what where, computed afresh at each question."""

    # ------------------------------------------------------------------ environments

    def env_gate(self, acc: Access, env: Environment) -> bool:
        """ENV_GATE."""
        if "ENV_MANAGEMENT" in acc.privileges:
            return True
        if not env.roles:
            return True
        return any(role in env.roles for role in acc.roles)

    def matched(self, acc: Access, env: Environment) -> frozenset[str]:
        """The m of ENV_LEVEL and NARROWED: what the roles on both sides carry, before any cap (ENV-15)."""
        return frozenset(p for role in acc.roles if role in env.roles for p in self.resolved(role))

    def env_level(self, acc: Access, account: Account, env: Environment) -> str:
        """ENV_LEVEL: `write`, `read` or `none`."""
        if not self.env_gate(acc, env):
            return "none"
        if "ATOM_MANAGEMENT" in acc.privileges:
            base = "write"
        elif "ATOM_MANAGEMENT_READ_ONLY" in acc.privileges:
            base = "read"
        else:
            base = "none"
        if "ENV_MANAGEMENT" in acc.privileges:
            return base
        if "advanced_environment_access" in account.features and base != "none":
            m = self.matched(acc, env)
            if "ENV_MANAGEMENT_FULL" in m:
                return base
            if "ENV_MANAGEMENT_READ_ONLY" in m:
                return "read"
        return base

    def narrowed(self, acc: Access, account: Account, env: Environment) -> bool:
        """NARROWED."""
        if "advanced_environment_access" not in account.features or "ENV_MANAGEMENT" in acc.privileges:
            return False
        m = self.matched(acc, env)
        return "ENV_MANAGEMENT_READ_ONLY" in m and "ENV_MANAGEMENT_FULL" not in m

    def env_can(self, acc: Access, account: Account, env: Environment, privilege: str) -> str:
        """ENV_CAN of a privilege that is held: `held`, or what stands in the way here."""
        if not self.env_gate(acc, env):
            return "environment_closed"
        if privilege in {"ATOM_MANAGEMENT", "DEPLOY", "SCHEDULE_MAINTENANCE"} and self.narrowed(acc, account, env):
            return "environment_read_only"
        return "held"

    def environment_answer(self, user: str, privilege: str, account: str, environment: str, at: datetime) -> Answer:
        """May the user use the privilege in this environment? What the account denies is denied there for that."""

        def ask() -> Answer:
            return self._in_environment(user, privilege, account, environment, at)

        return unless(ask(), self.if_every_condition_were_met(ask))

    def _in_environment(self, user: str, privilege: str, account: str, environment: str, at: datetime) -> Answer:
        answer = self.answer(user, privilege, account, at)
        env = self.environments.get((account, environment))
        access = self.effective(user, account, at)
        if not answer.allowed or isinstance(access, Denial):
            return answer
        if env is None:
            return Answer(allowed=False, reason="environment_not_found", privileges=answer.privileges)
        reason = self.env_can(access, self.accounts[account], env, privilege)
        return Answer(reason == "held", reason, answer.roles, answer.privileges)

    def level(self, user: str, account: str, environment: str, at: datetime) -> str:
        """How far the user administers the environment itself; `none` without access to the account."""
        access = self.effective(user, account, at)
        if isinstance(access, Denial):
            return "none"
        return self.env_level(access, self.accounts[account], self.environments[account, environment])

    def environment_names(self, account: str) -> list[str]:
        """All environments of an account, by name."""
        names = [name for owner, name in self.environments if owner == account]
        return sorted(names, key=lambda name: (name.casefold(), name))

    def accessible_environments(self, user: str, account: str, at: datetime) -> list[str]:
        """What lists show: inaccessible environments are silently left out (ENV-13)."""
        access = self.effective(user, account, at)
        if isinstance(access, Denial):
            return []
        return [e for e in self.environment_names(account) if self.env_gate(access, self.environments[account, e])]

    # ------------------------------------------------------------------ folders

    def listed_allows(self, acc: Access, roles: set[RoleKey]) -> bool:
        """The list's part of FOLDER_WRITE."""
        return not roles or any(role in roles for role in acc.roles)

    def folder_write(self, acc: Access, roles: set[RoleKey]) -> bool:
        """FOLDER_WRITE."""
        return "BUILD" in acc.privileges and self.listed_allows(acc, roles)

    def folder_read(self, acc: Access) -> bool:
        """FOLDER_READ."""
        return "BUILD" in acc.privileges or "BUILD_READ_ONLY" in acc.privileges

    def manage_folder_perms(self, acc: Access, account: Account) -> bool:
        """MANAGE_FOLDER_PERMS."""
        capped_by_administrator = account.support_access_role == ADMINISTRATOR_ROLE
        return ADMINISTRATOR_ROLE in acc.roles and (acc.via == "direct" or capped_by_administrator)

    def folder_answer(self, user: str, privilege: str, account: str, path: str, at: datetime) -> Answer:
        """May the user use the privilege in this folder? Only reading and changing are asked (FOLD-17)."""

        def ask() -> Answer:
            return self._in_folder(user, privilege, account, path, at)

        return unless(ask(), self.if_every_condition_were_met(ask))

    def _in_folder(self, user: str, privilege: str, account: str, path: str, at: datetime) -> Answer:
        answer = self.answer(user, privilege, account, at)
        access = self.effective(user, account, at)
        if not answer.allowed or isinstance(access, Denial):
            return answer
        if not self.folder_exists(account, path):
            return Answer(allowed=False, reason="folder_not_found", privileges=answer.privileges)
        if privilege == "BUILD_READ_ONLY":
            return answer
        if privilege != "BUILD":
            reason = "not_for_folders"
        else:
            reason = "held" if self.folder_write(access, self.folder_roles(account, path)) else "folder_restricted"
        return Answer(reason == "held", reason, answer.roles, answer.privileges)

    def icon(self, user: str, account: str, path: str, at: datetime) -> str:
        """FOLD-14: `plain`, `person` (restricted, writable for me), `lock` (restricted, not writable for me)."""
        roles = self.folder_roles(account, path)
        if not roles:
            return "plain"
        access = self.effective(user, account, at)
        writable = isinstance(access, Access) and self.folder_write(access, roles)
        return "person" if writable else "lock"

    def permissions_yours(self, user: str, account: str, at: datetime) -> bool:
        """Whether the user may change the lists of folders, and sees Available Roles (FOLD-7, FOLD-8)."""
        access = self.effective(user, account, at)
        return isinstance(access, Access) and self.manage_folder_perms(access, self.accounts[account])

    def act_allowed(self, act: str, acc: Access, account: str, path: str, destination: str | None = None) -> bool:
        """One row of FOLD-12. Of acts that go somewhere, a destination that is not named is not looked at."""
        build, here, parent, subfolders, there = ACTS[act]
        if build and "BUILD" not in acc.privileges:
            return False
        if not build and not self.folder_read(acc):  # FOLD-3: whoever cannot open Build does nothing in it
            return False
        looked_at = [path] if here else []
        looked_at += [parent_of(path)] if parent and path != TOP else []
        looked_at += sorted(self.folders_below(account, path)) if subfolders else []
        looked_at += [destination] if there and destination is not None else []
        return all(self.folder_write(acc, self.folder_roles(account, one)) for one in looked_at)

    def acts(self, user: str, account: str, path: str, destination: str | None, at: datetime) -> list[str]:
        """The acts of FOLD-12 the user may do in or with this folder, in the order of the table (FOLD-1, FOLD-12)."""
        access = self.effective(user, account, at)
        if isinstance(access, Denial):
            return []
        return [
            act
            for act in ACTS
            if not (path == TOP and act in NEVER_THE_TOP) and self.act_allowed(act, access, account, path, destination)
        ]

    def folder_paths(self, account: str) -> list[str]:
        """The tree, without the top-level folder."""
        return sorted(self.folders_below(account, TOP))

    # ------------------------------------------------------------------ what hangs on one role

    def opened_without(self, account: str, role: RoleKey) -> list[str]:
        """ROLE-14: the environments, then the folders, whose list would become empty without this role."""
        environments = [e for e in self.environment_names(account) if self.environments[account, e].roles == {role}]
        folders = sorted(path for (owner, path), roles in self.folders.items() if owner == account and roles == {role})
        return environments + folders
