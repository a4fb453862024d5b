"""Models and migrations tell the same story."""

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_model_change_lacks_its_migration(capsys: pytest.CaptureFixture[str]) -> None:
    """`makemigrations` would have nothing to write."""
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    except SystemExit:
        pytest.fail(capsys.readouterr().out)
