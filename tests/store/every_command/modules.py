"""The modules of commands."""

from types import ModuleType

from tenantry.account_libraries import commands as libraries
from tenantry.accounts import commands as accounts, password_policies
from tenantry.agreements import commands as agreements
from tenantry.alerts import notices
from tenantry.build import commands as folders, components
from tenantry.clouds import clusters, commands as clouds
from tenantry.connectors import commands as connectors, publisher, releases, reviews
from tenantry.datahub import commands as modelling, deploying as repositories
from tenantry.deploy import commands as deploying
from tenantry.factors import commands as factors
from tenantry.groups import commands as groups, role_links as group_roles, validity as group_validity, with_resources
from tenantry.jobs import commands as jobs, operating
from tenantry.library import commands as library
from tenantry.packs import commands as packs, contents, following, instances
from tenantry.platform_api import origins, trusted
from tenantry.previews import commands as previews
from tenantry.reporting import commands as reporting
from tenantry.roles import commands as roles
from tenantry.runtimes import attachments, calls, updates
from tenantry.schedules import commands as schedules
from tenantry.sessions import commands as sessions
from tenantry.sharing import commands as sharing, ends
from tenantry.signin import commands as signin
from tenantry.sso import federations, provider_settings, saml_settings
from tenantry.support import commands as support
from tenantry.tokens import commands as tokens
from tenantry.users import (
    break_glass,
    commands as users,
    locking,
    own_details,
    own_passwords,
    resets,
    role_links as user_roles,
)

MODULES: tuple[ModuleType, ...] = (
    users,
    roles,
    accounts,
    password_policies,
    signin,
    own_details,
    own_passwords,
    locking,
    resets,
    factors,
    break_glass,
    tokens,
    groups,
    group_roles,
    group_validity,
    with_resources,
    user_roles,
    sharing,
    ends,
    jobs,
    operating,
    support,
    previews,
    folders,
    components,
    deploying,
    schedules,
    packs,
    contents,
    instances,
    following,
    reporting,
    library,
    calls,
    updates,
    publisher,
    connectors,
    releases,
    reviews,
    libraries,
    trusted,
    origins,
    notices,
    modelling,
    repositories,
    clouds,
    clusters,
    attachments,
    provider_settings,
    federations,
    saml_settings,
    sessions,
    agreements,
)
"""Whose commands this table holds."""
