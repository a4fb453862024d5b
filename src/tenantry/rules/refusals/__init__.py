"""Every reason we say no, as values.

    Refusal
    ├── Denial          a decision's no: who may not do what, and why
    │   ├── UnknownUser, UnknownAccount, UnknownPrivilege, UnknownResource
    │   ├── AccountNotAvailable, UserLocked
    │   ├── NoRoles, RolesNotInForce, NoOutsideAccess
    │   ├── PrivilegeNotHeld, FeatureOff, CappedBySupportAccess
    │   └── ResourceNotReceived, ResourceNotReady, ResourceNeedsFeature, OnlyUse
    ├── Invalid         what was asked is malformed: name, e-mail, length, date
    └── Conflict        well-formed, but the state of things forbids it

A refusal carries a stable `code`, the `rule` it rests on, its fields, and a sentence for people. Clients act on code
and fields, never on the sentence. `web.refusal_table` maps kinds to HTTP once.
"""

from tenantry.rules.refusals.accounts import (
    AccountDeleted as AccountDeleted,
    AccountNameInvalid as AccountNameInvalid,
    FeatureMissing as FeatureMissing,
    FeatureNotYours as FeatureNotYours,
    NotAPrimary as NotAPrimary,
    OperatorOnly as OperatorOnly,
    StillManages as StillManages,
    TrialEndInvalid as TrialEndInvalid,
)
from tenantry.rules.refusals.agreements import (
    AgreementNotAccepted as AgreementNotAccepted,
    AgreementTextMissing as AgreementTextMissing,
    AgreementTextTooLong as AgreementTextTooLong,
)
from tenantry.rules.refusals.alerts import (
    AlertAccountNotEnterable as AlertAccountNotEnterable,
    AlertAllExcludesTypes as AlertAllExcludesTypes,
    AlertNotFound as AlertNotFound,
    AlertTypeTaken as AlertTypeTaken,
    NoticeEndInvalid as NoticeEndInvalid,
    NoticeNotFound as NoticeNotFound,
    NoticesFull as NoticesFull,
    NoticeTextInvalid as NoticeTextInvalid,
)
from tenantry.rules.refusals.base import (
    Conflict as Conflict,
    Denial as Denial,
    Invalid as Invalid,
    Refusal as Refusal,
    Refused as Refused,
    refuse as refuse,
)
from tenantry.rules.refusals.build import (
    ComponentFormatUnknown as ComponentFormatUnknown,
    ComponentNameInvalid as ComponentNameInvalid,
    ComponentNotFound as ComponentNotFound,
    ComponentsReferenced as ComponentsReferenced,
    ComponentTextInvalid as ComponentTextInvalid,
    ComponentTypeUnknown as ComponentTypeUnknown,
    EditedMeanwhile as EditedMeanwhile,
    FolderIntoItself as FolderIntoItself,
    FolderNameInvalid as FolderNameInvalid,
    FolderNameTaken as FolderNameTaken,
    FolderNotDeletable as FolderNotDeletable,
    FolderNotFound as FolderNotFound,
    FolderPermissionsNotYours as FolderPermissionsNotYours,
    FolderRestricted as FolderRestricted,
    NotForFolders as NotForFolders,
    ParentDeleted as ParentDeleted,
    RestrictionsOnlyLoosened as RestrictionsOnlyLoosened,
    RevisionNotFound as RevisionNotFound,
    RoleNotForFolders as RoleNotForFolders,
    TopFolderFixed as TopFolderFixed,
)
from tenantry.rules.refusals.calls import (
    AccountNotYours as AccountNotYours,
    CallNotProven as CallNotProven,
    NotPossibleByCall as NotPossibleByCall,
    NotThere as NotThere,
    OverrideNotManaged as OverrideNotManaged,
    PartnerInterfaceOff as PartnerInterfaceOff,
    TokenElsewhere as TokenElsewhere,
)
from tenantry.rules.refusals.clouds import (
    AttachmentUnavailable as AttachmentUnavailable,
    BrowsingNotAllowed as BrowsingNotAllowed,
    BrowsingOff as BrowsingOff,
    CloudClosed as CloudClosed,
    CloudFull as CloudFull,
    CloudNameInvalid as CloudNameInvalid,
    CloudNameTaken as CloudNameTaken,
    CloudNotFound as CloudNotFound,
    CloudNotInstalled as CloudNotInstalled,
    ClusterNotFound as ClusterNotFound,
    ClustersLeft as ClustersLeft,
    ClusterTokenRefused as ClusterTokenRefused,
    DeploymentsNotAllowed as DeploymentsNotAllowed,
    MaximumInvalid as MaximumInvalid,
    OwnAttachmentsLeft as OwnAttachmentsLeft,
    QuotaBelowAttachments as QuotaBelowAttachments,
    QuotaNotFound as QuotaNotFound,
    QuotaOnlyWhileShared as QuotaOnlyWhileShared,
    QuotaThere as QuotaThere,
    TestExecutionsNotAllowed as TestExecutionsNotAllowed,
)
from tenantry.rules.refusals.connectors import (
    ConnectorClassificationInvalid as ConnectorClassificationInvalid,
    ConnectorClassificationTaken as ConnectorClassificationTaken,
    ConnectorGroupNameTaken as ConnectorGroupNameTaken,
    ConnectorGroupNotEmpty as ConnectorGroupNotEmpty,
    ConnectorGroupNotFound as ConnectorGroupNotFound,
    ConnectorInUse as ConnectorInUse,
    ConnectorNameInvalid as ConnectorNameInvalid,
    ConnectorNotFound as ConnectorNotFound,
    ConnectorNotNamed as ConnectorNotNamed,
    ConnectorNotUsable as ConnectorNotUsable,
    ConnectorTextInvalid as ConnectorTextInvalid,
    ConnectorUnreleased as ConnectorUnreleased,
    ConnectorVersionNotFound as ConnectorVersionNotFound,
    DevelopmentNotEnabled as DevelopmentNotEnabled,
    PublisherNameInvalid as PublisherNameInvalid,
    PublisherNameMissing as PublisherNameMissing,
    ReleaseDateInvalid as ReleaseDateInvalid,
    ReleaseNotPending as ReleaseNotPending,
    ReviewerOnly as ReviewerOnly,
    ReviewNotPending as ReviewNotPending,
    ReviewOpen as ReviewOpen,
    VersionInForce as VersionInForce,
    VisibilityNotReached as VisibilityNotReached,
)
from tenantry.rules.refusals.content import (
    ArchiveBomb as ArchiveBomb,
    ArchiveEntryDamaged as ArchiveEntryDamaged,
    ArchiveEntryEncrypted as ArchiveEntryEncrypted,
    ArchiveEntryEscapes as ArchiveEntryEscapes,
    ArchiveEntryLinked as ArchiveEntryLinked,
    ArchiveEntryNameInvalid as ArchiveEntryNameInvalid,
    ArchiveEntryRepeated as ArchiveEntryRepeated,
    ArchiveTooLarge as ArchiveTooLarge,
    ArchiveTooManyEntries as ArchiveTooManyEntries,
    ContentNotFound as ContentNotFound,
    ContentTooLarge as ContentTooLarge,
    DescriptorInvalid as DescriptorInvalid,
    DescriptorUnsafe as DescriptorUnsafe,
    NotAnArchive as NotAnArchive,
)
from tenantry.rules.refusals.datahub import (
    DraftChanged as DraftChanged,
    ModelIsDeployed as ModelIsDeployed,
    ModelNameInvalid as ModelNameInvalid,
    ModelNameTaken as ModelNameTaken,
    ModelNotDeployed as ModelNotDeployed,
    ModelNotesInvalid as ModelNotesInvalid,
    ModelNotFound as ModelNotFound,
    ModelNotPublishable as ModelNotPublishable,
    ModelNotShared as ModelNotShared,
    ModelPartInvalid as ModelPartInvalid,
    ModelPartNotFound as ModelPartNotFound,
    ModelVersionNotFound as ModelVersionNotFound,
    NothingToPublish as NothingToPublish,
    RepositoryInUse as RepositoryInUse,
    RepositoryNameInvalid as RepositoryNameInvalid,
    RepositoryNameTaken as RepositoryNameTaken,
    RepositoryNotFound as RepositoryNotFound,
    VersionDeployedAlready as VersionDeployedAlready,
)
from tenantry.rules.refusals.decisions import (
    AccountNotAvailable as AccountNotAvailable,
    CappedBySupportAccess as CappedBySupportAccess,
    FeatureOff as FeatureOff,
    NoOutsideAccess as NoOutsideAccess,
    NoRoles as NoRoles,
    PrivilegeNotHeld as PrivilegeNotHeld,
    RolesNotInForce as RolesNotInForce,
    UnknownAccount as UnknownAccount,
    UnknownPrivilege as UnknownPrivilege,
    UnknownResource as UnknownResource,
    UnknownUser as UnknownUser,
    UserLocked as UserLocked,
)
from tenantry.rules.refusals.deploy import (
    AlreadyDeployed as AlreadyDeployed,
    DeploymentEnded as DeploymentEnded,
    DeploymentNotFound as DeploymentNotFound,
    NotDeployable as NotDeployable,
    PackageInUse as PackageInUse,
    PackageNotesInvalid as PackageNotesInvalid,
    PackageNotFound as PackageNotFound,
    VersionInvalid as VersionInvalid,
    VersionTaken as VersionTaken,
)
from tenantry.rules.refusals.environments import (
    ClassificationDiffers as ClassificationDiffers,
    ClassificationUnknown as ClassificationUnknown,
    EnvironmentClosed as EnvironmentClosed,
    EnvironmentNameInvalid as EnvironmentNameInvalid,
    EnvironmentNameTaken as EnvironmentNameTaken,
    EnvironmentNotFound as EnvironmentNotFound,
    EnvironmentReadOnly as EnvironmentReadOnly,
    OneRuntimeOnly as OneRuntimeOnly,
    OpensToEverybody as OpensToEverybody,
    RoleNotForEnvironments as RoleNotForEnvironments,
    RuntimesAttached as RuntimesAttached,
    TestNotOffered as TestNotOffered,
)
from tenantry.rules.refusals.factors import (
    BackupCodeRefused as BackupCodeRefused,
    CodeRefused as CodeRefused,
    PasskeyNameInvalid as PasskeyNameInvalid,
    PasskeyNotFound as PasskeyNotFound,
    PasskeyRefused as PasskeyRefused,
    ProofEnded as ProofEnded,
    ProofTooOld as ProofTooOld,
    TooManyPasskeys as TooManyPasskeys,
    TwoFactorEnforced as TwoFactorEnforced,
    TwoFactorOff as TwoFactorOff,
    TwoFactorRequired as TwoFactorRequired,
)
from tenantry.rules.refusals.groups import (
    AlertLevelUnknown as AlertLevelUnknown,
    AllAccountsFixed as AllAccountsFixed,
    AlreadyInGroup as AlreadyInGroup,
    GroupNameInvalid as GroupNameInvalid,
    GroupNameTaken as GroupNameTaken,
    GroupNotFound as GroupNotFound,
    GroupRoleRequired as GroupRoleRequired,
    NeverSignedIn as NeverSignedIn,
    NotInGroup as NotInGroup,
    NotManagedHere as NotManagedHere,
    ResourceNotShareable as ResourceNotShareable,
    ResourceNotYours as ResourceNotYours,
    RoleNotForGroups as RoleNotForGroups,
)
from tenantry.rules.refusals.libraries import (
    AccountLibrariesFull as AccountLibrariesFull,
    AccountLibraryNameInvalid as AccountLibraryNameInvalid,
    AccountLibraryNameTaken as AccountLibraryNameTaken,
    AccountLibraryNotFound as AccountLibraryNotFound,
)
from tenantry.rules.refusals.library import (
    AlreadyNewest as AlreadyNewest,
    ConnectorsNotUsable as ConnectorsNotUsable,
    NotPublishable as NotPublishable,
    ProcessIsShared as ProcessIsShared,
    ProcessNameTaken as ProcessNameTaken,
    ProcessNotFound as ProcessNotFound,
    PublicationDescriptionInvalid as PublicationDescriptionInvalid,
    PublicationNotesInvalid as PublicationNotesInvalid,
)
from tenantry.rules.refusals.origins import (
    OriginInvalid as OriginInvalid,
    OriginMethodsMissing as OriginMethodsMissing,
    OriginNotFound as OriginNotFound,
    OriginTaken as OriginTaken,
)
from tenantry.rules.refusals.packs import (
    AlreadyInPack as AlreadyInPack,
    AlreadyInstalled as AlreadyInstalled,
    InstanceNameInvalid as InstanceNameInvalid,
    InstanceNameTaken as InstanceNameTaken,
    InstanceNotFound as InstanceNotFound,
    NoRuntimeForUpdate as NoRuntimeForUpdate,
    NotForPacks as NotForPacks,
    NothingToRelease as NothingToRelease,
    NoUpdatePending as NoUpdatePending,
    PackComponentNotFound as PackComponentNotFound,
    PackDescriptionInvalid as PackDescriptionInvalid,
    PackFrozen as PackFrozen,
    PackFull as PackFull,
    PackNameInvalid as PackNameInvalid,
    PackNameTaken as PackNameTaken,
    PackNotFound as PackNotFound,
    PacksAttached as PacksAttached,
    PackTypeUnknown as PackTypeUnknown,
    PendingReleaseStays as PendingReleaseStays,
    ReleaseDayInvalid as ReleaseDayInvalid,
    UpdatePending as UpdatePending,
    UpdateTaken as UpdateTaken,
)
from tenantry.rules.refusals.passwords import (
    PasswordExpired as PasswordExpired,
    PasswordHoldsUserId as PasswordHoldsUserId,
    PasswordIsCommon as PasswordIsCommon,
    PasswordIsSequence as PasswordIsSequence,
    PasswordMustChange as PasswordMustChange,
    PasswordNamesOwner as PasswordNamesOwner,
    PasswordRepeats as PasswordRepeats,
    PasswordTooShort as PasswordTooShort,
    PasswordTooUniform as PasswordTooUniform,
    PasswordUsedBefore as PasswordUsedBefore,
    PolicyValueInvalid as PolicyValueInvalid,
    ResetLinkNotValid as ResetLinkNotValid,
    TooManyResets as TooManyResets,
)
from tenantry.rules.refusals.previews import (
    ImpactChanged as ImpactChanged,
    PreviewNotFound as PreviewNotFound,
)
from tenantry.rules.refusals.providers import (
    DirectoriesNotInstalled as DirectoriesNotInstalled,
    DirectoryPairWrong as DirectoryPairWrong,
    DirectoryUnavailable as DirectoryUnavailable,
    ProviderNotProven as ProviderNotProven,
    ProviderSettingInvalid as ProviderSettingInvalid,
    SignOnNotOffered as SignOnNotOffered,
)
from tenantry.rules.refusals.reporting import (
    DocumentNotFound as DocumentNotFound,
    ExecutionNotFound as ExecutionNotFound,
    NoRuntimeThere as NoRuntimeThere,
    RuntimeUnattached as RuntimeUnattached,
    WorkNotFound as WorkNotFound,
)
from tenantry.rules.refusals.roles import (
    DefaultRoleFixed as DefaultRoleFixed,
    DescriptionTooLong as DescriptionTooLong,
    NotYoursToGive as NotYoursToGive,
    ParentCycle as ParentCycle,
    ParentNotAvailable as ParentNotAvailable,
    PrivilegeNotForCustomRoles as PrivilegeNotForCustomRoles,
    PrivilegeNotOffered as PrivilegeNotOffered,
    RoleInUse as RoleInUse,
    RoleNameInvalid as RoleNameInvalid,
    RoleNameTaken as RoleNameTaken,
    RoleNotAssignable as RoleNotAssignable,
    RoleNotFound as RoleNotFound,
)
from tenantry.rules.refusals.runtimes import (
    RuntimeAttached as RuntimeAttached,
    RuntimeNameInvalid as RuntimeNameInvalid,
    RuntimeNotFound as RuntimeNotFound,
    RuntimeTokenRefused as RuntimeTokenRefused,
)
from tenantry.rules.refusals.saml import (
    SamlAnswerNotValid as SamlAnswerNotValid,
    SamlAssertionUsed as SamlAssertionUsed,
    SamlFederationIdMissing as SamlFederationIdMissing,
    SamlNotOffered as SamlNotOffered,
    SamlOtherPerson as SamlOtherPerson,
    SamlRequestUnknown as SamlRequestUnknown,
    SamlSignatureInvalid as SamlSignatureInvalid,
    SamlUnreadable as SamlUnreadable,
)
from tenantry.rules.refusals.schedules import (
    NotSchedulable as NotSchedulable,
    ScheduleDaysInvalid as ScheduleDaysInvalid,
    ScheduleIntervalInvalid as ScheduleIntervalInvalid,
    ScheduleNotFound as ScheduleNotFound,
    ScheduleTimeInvalid as ScheduleTimeInvalid,
)
from tenantry.rules.refusals.sessions import (
    SessionGone as SessionGone,
    SessionTimedOut as SessionTimedOut,
    TooManySessions as TooManySessions,
)
from tenantry.rules.refusals.sharing import (
    EndOfShareStays as EndOfShareStays,
    OnlyUse as OnlyUse,
    ResourceNeedsFeature as ResourceNeedsFeature,
    ResourceNotReady as ResourceNotReady,
    ResourceNotReceived as ResourceNotReceived,
)
from tenantry.rules.refusals.sign_on import (
    CertificateInvalid as CertificateInvalid,
    FederationIdInvalid as FederationIdInvalid,
    FederationIdTaken as FederationIdTaken,
    IdentityOfProvider as IdentityOfProvider,
    NotLocked as NotLocked,
    SignOnChoiceUnknown as SignOnChoiceUnknown,
    SignOnIncomplete as SignOnIncomplete,
    SignOnUrlInvalid as SignOnUrlInvalid,
    UnlockByReset as UnlockByReset,
    UnlockElsewhere as UnlockElsewhere,
)
from tenantry.rules.refusals.signin import (
    FederationUnknown as FederationUnknown,
    LinkNotValid as LinkNotValid,
    NoEnterableAccount as NoEnterableAccount,
    OutsideFederation as OutsideFederation,
    PasswordNotForSingleSignOn as PasswordNotForSingleSignOn,
    PasswordRefused as PasswordRefused,
    SignInFailed as SignInFailed,
    SignOnByProvider as SignOnByProvider,
)
from tenantry.rules.refusals.support import (
    LengthNotOffered as LengthNotOffered,
    NotSupportStaff as NotSupportStaff,
    SupportAccessIsARole as SupportAccessIsARole,
    SupportAccessNotOffered as SupportAccessNotOffered,
    SupportGrantNotOpen as SupportGrantNotOpen,
    SupportRequestOpen as SupportRequestOpen,
)
from tenantry.rules.refusals.tokens import (
    TokenLimitReached as TokenLimitReached,
    TokenNameInvalid as TokenNameInvalid,
    TokenNameTaken as TokenNameTaken,
    TokenNotFound as TokenNotFound,
    TokenOfSomebodyElse as TokenOfSomebodyElse,
    TokenRefused as TokenRefused,
    TokenRevoked as TokenRevoked,
    TokensNotLicensed as TokensNotLicensed,
)
from tenantry.rules.refusals.trusted_addresses import (
    CallerNotTrusted as CallerNotTrusted,
    TrustedAddressesFull as TrustedAddressesFull,
    TrustedAddressesNone as TrustedAddressesNone,
    TrustedAddressInvalid as TrustedAddressInvalid,
    TrustedAddressNotFound as TrustedAddressNotFound,
    TrustedNameInvalid as TrustedNameInvalid,
    TrustedRangeReversed as TrustedRangeReversed,
)
from tenantry.rules.refusals.users import (
    AlreadySignedIn as AlreadySignedIn,
    BreakGlassReasonMissing as BreakGlassReasonMissing,
    EmailInvalid as EmailInvalid,
    EmailTaken as EmailTaken,
    EntriesDiffer as EntriesDiffer,
    LastAdministrator as LastAdministrator,
    LastRoleKept as LastRoleKept,
    NameRequired as NameRequired,
    RoleHeldAlready as RoleHeldAlready,
    RoleRequired as RoleRequired,
    TimeZoneUnknown as TimeZoneUnknown,
    UserAlreadyLinked as UserAlreadyLinked,
    UserLimitReached as UserLimitReached,
    UserNotLinked as UserNotLinked,
    ValidityInvalid as ValidityInvalid,
    ValidityOver as ValidityOver,
)
