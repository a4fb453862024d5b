"""What components contain by what they refer to, however many components lie between."""

from collections.abc import Mapping
from typing import Final

from django.db import connection

from tenantry.rules.components import ids_in
from tenantry.rules.vocabulary import AccountId
from tenantry.store.lines import portions

_INSIDE: Final = """
WITH RECURSIVE inside(start, id) AS (
  SELECT id, id FROM component WHERE account_id = %s AND id IN ({marks})
  UNION
  SELECT inside.start, r.target_id FROM component_reference r JOIN inside ON inside.id = r.component_id
  WHERE r.account_id = %s
) SELECT DISTINCT inside.start FROM inside JOIN component c ON c.id = inside.id WHERE c.type = %s
"""


def containing(account: AccountId | str, texts: Mapping[str, str], kind: str) -> frozenset[str]:
    """The keys of those of these texts that name a component of a type, or one that leads to such a component; one
    query for 900 components named.
    """
    named = {key: ids_in(text) for key, text in texts.items()}
    found: set[str] = set()
    for some in portions(sorted(set().union(*named.values()))):
        statement = _INSIDE.format(marks=", ".join(["%s"] * len(some)))
        with connection.cursor() as cursor:
            cursor.execute(statement, [account, *some, account, kind])
            found.update(start for (start,) in cursor.fetchall())
    return frozenset(key for key, ids in named.items() if ids & found)
