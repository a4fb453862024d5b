"""What ended shares have left to do becomes jobs, and their own table goes."""

from uuid import uuid4

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import QuerySet


def carry_over(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """One job an end, due when the share ended, from where the last portion had reached."""
    alias = editor.connection.alias
    ends = QuerySet(apps.get_model("sharing", "ShareEnd"), using=alias).order_by("id")
    job = apps.get_model("jobs", "QueuedJob")
    made = [
        job(
            account_id=end.account_id,
            kind="share.end",
            key=uuid4().hex,
            details={
                "role": end.role,
                "member": end.member_id or "",
                "cause": end.cause,
                "user": end.user,
                "reached": end.reached,
            },
            due=end.at,
            next_at=end.at,
        )
        for end in ends.iterator(chunk_size=5000)
    ]
    QuerySet(job, using=alias).bulk_create(made, batch_size=500)


def carry_back(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """One end a job."""
    alias = editor.connection.alias
    end = apps.get_model("sharing", "ShareEnd")
    jobs = QuerySet(apps.get_model("jobs", "QueuedJob"), using=alias).filter(kind="share.end")
    made = [
        end(
            account_id=job.account_id,
            role=job.details["role"],
            member_id=job.details["member"] or None,
            cause=job.details["cause"],
            user=job.details["user"],
            at=job.due,
            reached=job.details["reached"],
        )
        for job in jobs.order_by("due", "id").iterator(chunk_size=5000)
    ]
    QuerySet(end, using=alias).bulk_create(made, batch_size=500)
    jobs.delete()


class Migration(migrations.Migration):

    dependencies = [
        ('sharing', '0001_initial'),
        ('jobs', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(carry_over, carry_back),
        migrations.DeleteModel(
            name='ShareEnd',
        ),
    ]
