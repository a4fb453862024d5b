"""How commands end when something is refused or fails: one clear line on standard error, never a trace."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click


class Failure(click.ClickException):
    """Ends the command with status 1 and this text, as it is."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the text to standard error."""
        click.echo(self.message, file=file, err=file is None)


@contextmanager
def told_in_one_line() -> Iterator[None]:
    """Turn what commands raise into `Failure`; defects go on as they are."""
    from django.db import Error, IntegrityError

    from tenantry.estate.problems import EstateRefused
    from tenantry.rules.refusals import Refused
    from tenantry.store.transaction import StoreUnavailable, explain_unavailable

    try:
        yield
    except EstateRefused as refused:
        raise Failure(str(refused)) from refused
    except Refused as refused:
        raise Failure(f"{refused} ({', '.join(refused.refusal.rules)})") from refused
    except StoreUnavailable as unavailable:
        raise Failure(str(unavailable)) from unavailable
    except IntegrityError as error:
        what = str(error).splitlines()[0]
        raise Failure(
            f"Somebody else changed the same things meanwhile ({what}). Nothing was changed; try again."
        ) from error
    except Error as error:
        raise Failure(explain_unavailable(error)) from error
