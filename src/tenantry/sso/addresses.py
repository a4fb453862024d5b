"""Where an account's single sign-on is found by SAML (SSO-2). The pages themselves are made elsewhere."""

from tenantry.rules.vocabulary import AccountId


def sign_in_path(account: AccountId | str) -> str:
    """The Sign In URL of the account, below `BASE_URL`."""
    return f"/sso/{account}/saml"


def metadata_path(account: AccountId | str) -> str:
    """The MetaData URL of the account, below `BASE_URL`."""
    return f"{sign_in_path(account)}?metadata=true"
