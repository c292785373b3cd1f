"""Leave out the indexes that no question needs: each step writes its rows anew into all that there are."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# SQLite rebuilds a table to change it, and the triggers of 0002 go with the old one.
AGAIN = [
    "CREATE TRIGGER IF NOT EXISTS event_no_update BEFORE UPDATE ON ledger_event BEGIN SELECT RAISE(ABORT, 'log entries never change'); END",
    "CREATE TRIGGER IF NOT EXISTS event_no_delete BEFORE DELETE ON ledger_event BEGIN SELECT RAISE(ABORT, 'log entries never go'); END",
]


def forbid_again(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for statement in AGAIN:
            schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0006_inquiries_and_handovers'),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, forbid_again),
        migrations.AlterField(
            model_name='duty',
            name='finding',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='duties', to='ledger.finding'),
        ),
        migrations.AlterField(
            model_name='event',
            name='event_id',
            field=models.CharField(max_length=40),
        ),
        migrations.AlterField(
            model_name='finding',
            name='closer',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='finding',
            name='delegate',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings_handled', to='ledger.body', verbose_name='Delegate'),
        ),
        migrations.AlterField(
            model_name='finding',
            name='engagement',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='ledger.engagement', verbose_name='Engagement'),
        ),
        migrations.AlterField(
            model_name='finding',
            name='joint',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='ledger.joint', verbose_name='Joint finding'),
        ),
        migrations.AlterField(
            model_name='finding',
            name='relapse_of',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='relapses', to='ledger.finding'),
        ),
        migrations.AlterField(
            model_name='finding',
            name='responsible',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings_answered', to='ledger.body', verbose_name='Responsible body'),
        ),
        migrations.AlterField(
            model_name='finding',
            name='source_key',
            field=models.CharField(blank=True, max_length=200, null=True),
        ),
        migrations.AlterField(
            model_name='finding',
            name='submitter',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='finding',
            name='verifier',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='item',
            name='finding',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='ledger.finding'),
        ),
        migrations.AlterField(
            model_name='payload',
            name='event',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='payloads', to='ledger.event'),
        ),
        migrations.AlterField(
            model_name='priorreference',
            name='finding',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='prior_references', to='ledger.finding'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(condition=models.Q(('delegate__isnull', False)), fields=['delegate'], name='finding_delegate'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(condition=models.Q(('relapse_of__isnull', False)), fields=['relapse_of'], name='finding_relapse_of'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(condition=models.Q(('joint__isnull', False)), fields=['joint'], name='finding_joint'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.UniqueConstraint(fields=('event_id',), name='event_event_id'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.UniqueConstraint(condition=models.Q(('source_key__isnull', False)), fields=('source_key',), name='finding_source_key'),
        ),
        migrations.RunPython(forbid_again, migrations.RunPython.noop),
    ]
