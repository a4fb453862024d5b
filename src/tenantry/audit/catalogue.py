"""Every kind of entry the audit log knows: type, action and modifier per the law's table (chapter 17)."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Kind:
    """The three words of an entry, and how people read them."""

    type: str
    action: str
    modifier: str
    title: str


class Act(Enum):
    """What can be recorded. A test runs every command and finds its act."""

    ENTERED = Kind("account", "ON_ENTRY", "SUCCESS", "Entered the account")
    ACCOUNT_CREATED = Kind("account", "ADD", "NONE", "Account created")
    ACCOUNT_EDITED = Kind("account", "EDIT", "NONE", "Account changed")
    ACCOUNT_SIGNED_OUT = Kind("account", "LOGOUT", "NONE", "Everybody in the account signed out")
    SESSION_TIMED_OUT = Kind("account", "LOGOUT", "TIMEOUT", "Signed out by the session time-out")
    AGREEMENT_ACCEPTED = Kind("user", "TC_ACCEPT", "SUCCESS", "Usage agreement accepted")
    ACCOUNT_DELETED = Kind("account", "DELETE", "NONE", "Account deleted")
    SUPPORT_ACCESS_CHANGED = Kind("as.account.access", "EDIT", "NONE", "Support Access Role changed")
    ROLE_ADDED = Kind("role", "ADD", "NONE", "Role added")
    ROLE_UPDATED = Kind("role", "UPDATE", "NONE", "Role changed")
    ROLE_DELETED = Kind("role", "DELETE", "NONE", "Role removed")
    USER_ADDED = Kind("user", "ADD", "NONE", "User added")
    USER_REMOVED = Kind("user", "DELETE", "NONE", "User removed")
    USER_ROLES_CHANGED = Kind("user", "UPDATE", "ROLE", "Roles of a user changed")
    USER_EMAIL_CHANGED = Kind("user", "UPDATE", "EMAIL", "E-mail address of a user changed")
    FEDERATION_ID_CHANGED = Kind("user", "UPDATE", "NONE", "Federation ID of a user changed")
    USER_AUTHENTICATION_CHANGED = Kind(
        "user", "UPDATE", "AUTHENTICATION", "Password, second factor or lock of a user changed"
    )
    GLASS_BROKEN = Kind("user", "UPDATE", "BREAK_GLASS", "Administrator restored by the operator")
    GROUP_ADDED = Kind("as.accountgroup", "ADD", "NONE", "Account group added")
    GROUP_UPDATED = Kind("as.accountgroup", "UPDATE", "NONE", "Account group changed")
    GROUP_DELETED = Kind("as.accountgroup", "DELETE", "NONE", "Account group deleted")
    GROUP_ACCOUNT_ADDED = Kind("as.accountgroup.account", "ADD", "NONE", "Account put into a group")
    GROUP_ACCOUNT_REMOVED = Kind("as.accountgroup.account", "DELETE", "NONE", "Account taken out of a group")
    GROUP_USER_ADDED = Kind("as.accountgroup.user", "ADD", "NONE", "User put into a group")
    GROUP_USER_REMOVED = Kind("as.accountgroup.user", "DELETE", "NONE", "User taken out of a group")
    GROUP_USER_CHANGED = Kind("as.accountgroup.user", "UPDATE", "ROLE", "Group roles of a user changed")
    SHARED = Kind("as.accountgroup.resource", "ADD", "NONE", "Resource shared with a group")
    WITHDRAWN = Kind("as.accountgroup.resource", "DELETE", "NONE", "Resource withdrawn from a group")
    SUPPORT_REQUESTED = Kind("as.account.support", "ADD", "NONE", "Temporary support access requested")
    SUPPORT_CHANGED = Kind("as.account.support", "UPDATE", "NONE", "Temporary support access changed")
    SUPPORT_ENDED = Kind("as.account.support", "DELETE", "NONE", "Temporary support access ended")
    ENVIRONMENT_ADDED = Kind("as.environment", "ADD", "NONE", "Environment created")
    ENVIRONMENT_RENAMED = Kind("as.environment", "UPDATE", "NAME", "Environment renamed")
    ENVIRONMENT_ROLES = Kind("as.environment", "UPDATE", "ROLE", "Roles with Access changed")
    ENVIRONMENT_DELETED = Kind("as.environment", "DELETE", "NONE", "Environment deleted")
    RUNTIME_ATTACHED = Kind("as.environment", "ATTACH", "NONE", "Runtime attached to an environment")
    RUNTIME_DETACHED = Kind("as.environment", "DETACH", "NONE", "Runtime detached from an environment")
    RUNTIME_ADDED = Kind("as.runtime", "ADD", "NONE", "Runtime installed")
    RUNTIME_RENAMED = Kind("as.runtime", "UPDATE", "NAME", "Runtime renamed")
    RUNTIME_DELETED = Kind("as.runtime", "DELETE", "NONE", "Runtime deleted")
    INSTALLER_TOKEN_ISSUED = Kind("as.runtime.token", "ADD", "AUTHENTICATION", "Installer token generated")
    CLOUD_CREATED = Kind("as.cloud", "CREATE", "NONE", "Cloud created")
    CLOUD_UPDATED = Kind("as.cloud", "UPDATE", "NONE", "Cloud changed")
    CLOUD_DELETED = Kind("as.cloud", "DELETE", "NONE", "Cloud deleted")
    CLUSTER_TOKEN_ISSUED = Kind(
        "as.cloud.cluster.token", "ADD", "AUTHENTICATION", "Token for a cloud cluster generated"
    )
    CLUSTER_INSTALLED = Kind("as.cloud.cluster", "ADD", "NONE", "Cloud cluster installed")
    CLUSTER_DELETED = Kind("as.cloud.cluster", "DELETE", "NONE", "Cloud cluster deleted")
    QUOTA_ADDED = Kind("as.cloud.quota", "ADD", "NONE", "Attachment quota added")
    QUOTA_UPDATED = Kind("as.cloud.quota", "UPDATE", "NONE", "Attachment quota changed")
    QUOTA_DELETED = Kind("as.cloud.quota", "DELETE", "NONE", "Attachment quota deleted")
    PACKAGED = Kind("as.package", "ADD", "NONE", "Packaged component created")
    PACKAGE_DELETED = Kind("as.package", "DELETE", "NONE", "Packaged component deleted")
    PROCESS_PUBLISHED = Kind("as.process", "PUBLISH", "NONE", "Process published")
    PROCESS_INSTALLED = Kind("as.process", "INSTALL", "NONE", "Process installed from the Process Library")
    DEPLOYED = Kind("as.deployment", "ADD", "NONE", "Packaged component deployed")
    UNDEPLOYED = Kind("as.deployment", "DELETE", "NONE", "Deployment ended")
    SCHEDULE_ADDED = Kind("as.schedule", "ADD", "NONE", "Schedule of a process added")
    SCHEDULE_CHANGED = Kind("as.schedule", "UPDATE", "NONE", "Schedule of a process changed")
    SCHEDULE_PAUSED = Kind("as.schedule", "UPDATE", "PAUSED", "Schedule of a process paused")
    SCHEDULE_RESUMED = Kind("as.schedule", "UPDATE", "RESUMED", "Schedule of a process resumed")
    SCHEDULE_REMOVED = Kind("as.schedule", "DELETE", "NONE", "Schedule of a process removed")
    DOCUMENT_VIEWED = Kind("as.document", "VIEW", "SUCCESS", "Document viewed")
    DOCUMENT_NOT_VIEWED = Kind("as.document", "VIEW", "FAILURE", "Viewing a document refused")
    DOCUMENT_DOWNLOADED = Kind("as.document", "DOWNLOAD", "SUCCESS", "Document downloaded")
    DOCUMENT_NOT_DOWNLOADED = Kind("as.document", "DOWNLOAD", "FAILURE", "Downloading a document refused")
    DOCUMENT_RERUN = Kind("as.document", "EXECUTE", "NONE", "Re-run of a document requested")
    DOCUMENT_TESTED = Kind("as.document", "EXECUTE", "TEST", "Test run of a document requested")
    FOLDER_CREATED = Kind("as.folder", "CREATE", "NONE", "Folder created")
    FOLDER_RENAMED = Kind("as.folder", "UPDATE", "NAME", "Folder renamed")
    FOLDER_MOVED = Kind("as.folder", "MOVE", "NONE", "Folder moved")
    FOLDER_COPIED = Kind("as.folder", "COPY", "NONE", "Folder copied")
    FOLDER_DELETED = Kind("as.folder", "DELETE", "NONE", "Folder deleted")
    FOLDER_RESTORED = Kind("as.folder", "RESTORE", "NONE", "Folder restored")
    FOLDER_ROLES_CHANGED = Kind("as.folder", "UPDATE", "ROLE", "Folder permissions changed")
    COMPONENT_CREATED = Kind("as.component", "CREATE", "NONE", "Component created")
    COMPONENT_SAVED = Kind("as.component", "UPDATE", "NONE", "Component saved")
    COMPONENT_MOVED = Kind("as.component", "MOVE", "NONE", "Component moved")
    COMPONENT_COPIED = Kind("as.component", "COPY", "NONE", "Component copied")
    COMPONENT_DELETED = Kind("as.component", "DELETE", "NONE", "Component deleted")
    COMPONENT_RESTORED = Kind("as.component", "RESTORE", "NONE", "Component restored")
    PACK_ADDED = Kind("as.ipack", "ADD", "NONE", "Integration pack created")
    PACK_EDITED = Kind("as.ipack", "UPDATE", "NONE", "Integration pack changed")
    PACK_CONTENTS = Kind("as.ipack", "UPDATE", "CONTENTS", "Contents of an integration pack changed")
    PACK_SCHEDULED = Kind("as.ipack", "RELEASE", "SCHEDULED", "Release of an integration pack planned")
    PACK_RELEASED = Kind("as.ipack", "RELEASE", "NONE", "Integration pack released")
    PACK_DELETED = Kind("as.ipack", "DELETE", "NONE", "Integration pack deleted")
    PACK_INSTALLED = Kind("as.ipack", "INSTALL", "NONE", "Integration pack installed")
    PACK_UNINSTALLED = Kind("as.ipack", "UNINSTALL", "NONE", "Integration pack uninstalled")
    PACK_ATTACHED = Kind("as.ipack", "ATTACH", "NONE", "Integration pack attached to an environment")
    PACK_DETACHED = Kind("as.ipack", "DETACH", "NONE", "Integration pack detached from an environment")
    PACK_UPDATED = Kind("as.ipack", "UPDATE", "MANUAL", "Pack update applied by hand")
    CONNECTOR_GROUP_ADDED = Kind("as.connectorgroup", "ADD", "NONE", "Connector group added")
    CONNECTOR_GROUP_CHANGED = Kind("as.connectorgroup", "UPDATE", "NONE", "Connector group changed")
    CONNECTOR_GROUP_DELETED = Kind("as.connectorgroup", "DELETE", "NONE", "Connector group deleted")
    CONNECTOR_VERSION_ADDED = Kind("as.connectorgroup.version", "ADD", "NONE", "Version of a connector group added")
    CONNECTOR_ADDED = Kind("as.connector", "ADD", "NONE", "Connector added")
    CONNECTOR_RENAMED = Kind("as.connector", "UPDATE", "NAME", "Connector renamed")
    CONNECTOR_RELEASED = Kind("as.connector", "RELEASE", "NONE", "Connector version released")
    CONNECTOR_RELEASE_PLANNED = Kind("as.connector", "RELEASE", "PLANNED", "Release of a connector version planned")
    CONNECTOR_RELEASE_CANCELLED = Kind(
        "as.connector", "RELEASE", "CANCELLED", "Planned release of a connector cancelled"
    )
    CONNECTOR_VISIBILITY = Kind("as.connector", "UPDATE", "VISIBILITY", "Visibility of a connector changed")
    CONNECTOR_DELETED = Kind("as.connector", "DELETE", "NONE", "Connector deleted")
    CONNECTOR_SUBMITTED = Kind("as.connector.review", "ADD", "NONE", "Connector submitted for review")
    CONNECTOR_REVIEWED = Kind("as.connector.review", "UPDATE", "NONE", "Review of a connector decided or cancelled")
    LIBRARY_UPLOADED = Kind("as.library", "ADD", "NONE", "Library file uploaded")
    LIBRARY_DELETED = Kind("as.library", "DELETE", "NONE", "Library file deleted")
    MODEL_CREATED = Kind("as.model", "CREATE", "NONE", "Model created")
    MODEL_SAVED = Kind("as.model", "UPDATE", "NONE", "Draft of a model changed")
    MODEL_RENAMED = Kind("as.model", "UPDATE", "NAME", "Model renamed")
    MODEL_PUBLISHED = Kind("as.model", "PUBLISH", "NONE", "Model published")
    MODEL_COPIED = Kind("as.model", "COPY", "NONE", "Shared model copied")
    MODEL_DELETED = Kind("as.model", "DELETE", "NONE", "Model deleted")
    MODEL_DEPLOYED = Kind("as.model.deployment", "ADD", "NONE", "Model deployed to a repository")
    MODEL_UNDEPLOYED = Kind("as.model.deployment", "DELETE", "NONE", "Model undeployed from a repository")
    REPOSITORY_CREATED = Kind("as.repository", "CREATE", "NONE", "Repository created")
    REPOSITORY_RENAMED = Kind("as.repository", "UPDATE", "NAME", "Repository renamed")
    REPOSITORY_DELETED = Kind("as.repository", "DELETE", "NONE", "Repository deleted")
    TRUSTED_ADDRESS_ADDED = Kind("account-ip_address", "ADD", "TRUSTEDIP", "Trusted IP address added")
    TRUSTED_ADDRESS_EDITED = Kind("account-ip_address", "EDIT", "TRUSTEDIP", "Trusted IP addresses changed")
    TRUSTED_ADDRESS_DELETED = Kind("account-ip_address", "DELETE", "TRUSTEDIP", "Trusted IP address deleted")
    TOKEN_REVOKED = Kind("user.token", "DELETE", "AUTHENTICATION", "Token revoked")
    TOKEN_CHANGED = Kind("user.token", "UPDATE", "AUTHENTICATION", "Token renamed, disabled or enabled")
    TOKEN_ISSUED = Kind("user.token", "ADD", "AUTHENTICATION", "Token generated")
    OBJECT_ADDED = Kind("object", "ADD", "NONE", "Object added")
    OBJECT_MOVED = Kind("object", "UPDATE", "NONE", "Object put into an environment")
    OBJECT_CHANGED = Kind("object", "UPDATE", "PROPERTIES", "Properties or conditions of an object changed")
    NOTICE_POSTED = Kind("as.account.notice", "ADD", "NONE", "Account notification posted")
    NOTICE_ENDED = Kind("as.account.notice", "DELETE", "NONE", "Account notification ended")
    JOB_RETRIED = Kind("job", "UPDATE", "NONE", "Job tried again by the operator")
    JOB_CANCELLED = Kind("job", "DELETE", "NONE", "Job called off by the operator")


def title_of(kind: str, action: str, modifier: str) -> str:
    """How people read these three words; the words themselves where no act has them."""
    for act in Act:
        if (act.value.type, act.value.action, act.value.modifier) == (kind, action, modifier):
            return act.value.title
    return f"{kind} {action}"
