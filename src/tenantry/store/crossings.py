"""The few purposes for which rows of several accounts are read at once, each with its reason."""

from enum import Enum


class Crossing(Enum):
    """A purpose that needs rows of more than one account. Everything else names its account."""

    ACCOUNTS_OF_A_USER = "Switch Account lists the accounts of the person who asks, and only of that person (ENTRY-2)"
    WHO_MANAGES = "an identity provider opens accounts of groups of its own account's primary (SSO-18, SSO-19)"
    EXTERNAL_OBJECT = "a decision about the host's object is told by type and id which account owns it"
    HOLDERS_OF_A_ROLE = "removing a role counts its holders per account, without naming them (ROLE-12, SHARE-21)"
    ACCOUNTS_OF_A_PERSON = "a change of a person (lock, e-mail) concerns every account the person is in (USER-15)"
    ALERTS_OF_A_PERSON = "a person sees their own alert subscriptions in all accounts, and only these (ALERT-1)"
    TOKENS_OF_A_PERSON = "a person has at most five tokens over all accounts, under different names (TOK-2, TOK-3)"
    TOKEN_CALLING = "a call is known by its token's value alone, which tells for which account it was made (TOK-3)"  # noqa: S105 - the word
    ESTATE = "the operator loads and exports the whole estate"
    DOCTOR = "the operator checks invariants over all accounts"
    ROLE_BY_ID = "role ids are unique platform-wide; a role is looked up to tell whose it is"
    DEFAULT_ROLES = "default roles belong to no account and are the same for all (ROLE-1)"
    GROUPS_OF_A_PERSON = "a change of a person concerns every primary in whose groups the person is (GRP-18, USER-15)"
    ACCOUNTS_OF_A_PRIMARY = "a primary's groups hold the accounts it manages (GRP-2, GRP-23)"
    RUNTIME_CALLING = "a runtime is known by its secret alone, which tells whose it is"
    SHARED_WITH = "whether a role is shared to an account is told by the groups of its primary (SHARE-3)"
    RESOURCE_BY_ID = "ids of shared resources are unique platform-wide; one is looked up to tell whose it is (SHARE-2)"
    OPERATORS_ACCOUNTS = "what the platform operator publishes is there for every account (PROC-4)"
    SHARED_MODELS = "an account copies the latest version of models that its primary shares with it (MODEL-2, MODEL-4)"
    SHARE_ENDS = "what ended shares leave behind is deleted in the order in which they ended (SHARE-18)"
    SIGNED_OUT = "who is signed out of an account may be vouched for by another one, which says where to go (SSO-15)"
    JOBS = "what is due is done in the order in which it fell due; the operator sees the queue of all accounts"
    CONTENT = "the sweep asks every table that names content which of it is still named"
    IMPACT = "a preview looks at every account that a change in a primary reaches"
    CLOUDS_OF_A_PRIMARY = (
        "what an account can attach to are its own clouds and those its primary shares to it (CLOUD-5)"
    )
    ATTACHMENTS_OF_A_CLOUD = "a cloud's owner counts the attachments there by account and sees nothing else (CLOUD-4)"
    CLOUD_CLUSTERS = "whether a cloud can be used is told by the clusters of its owner (SHARE-5, CLOUD-7)"
    PACKS_INSTALLED = "a pack is released and deleted for all accounts that have installed it (PACK-7, PACK-10)"
    PACKS_RECEIVED = "an installed pack runs from the packages of its publisher, and follows its releases (PACK-8)"
    USABLE_CONNECTORS = (
        "connectors are used by accounts that do not own them; none may be deleted while used (CONN-5, CONN-10)"
    )
    CONNECTOR_REVIEWS = "platform staff decide reviews of connectors of all accounts (CONN-6)"
    KEPT_ANSWERS = "answers that are given to nobody any more are swept by their age"
