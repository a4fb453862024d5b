"""The WSGI application of a server process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenantry.web.settings")
_console = get_wsgi_application()

from tenantry.access_api.application import in_front_of  # noqa: E402 - needs the applications loaded
from tenantry.content import daily  # noqa: E402
from tenantry.decisions import following  # noqa: E402
from tenantry.jobs import running  # noqa: E402
from tenantry.loads import running as loading  # noqa: E402
from tenantry.loads.commands import sweep_loads  # noqa: E402
from tenantry.own_api.keys import sweep_answers  # noqa: E402
from tenantry.sessions.commands import sweep_sessions  # noqa: E402
from tenantry.store import sweeping  # noqa: E402

application = in_front_of(_console)
following.start()
running.start()
loading.start()
daily.start()
sweeping.start(sweep_sessions, sweep_answers, sweep_loads)
