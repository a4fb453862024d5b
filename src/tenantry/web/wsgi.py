"""The WSGI application of a server process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenantry.web.settings")
application = get_wsgi_application()

from tenantry.content import daily  # noqa: E402 - needs the applications loaded
from tenantry.jobs import running  # noqa: E402
from tenantry.own_api import daily as own_api  # noqa: E402
from tenantry.sessions import daily as sessions  # noqa: E402

running.start()
daily.start()
sessions.start()
own_api.start()
