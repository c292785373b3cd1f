"""Refuse UPDATE and DELETE of a log entry in the database itself.

A speed bump for whoever writes SQL by hand; what proves tampering is the tree. PostgreSQL also refuses TRUNCATE by
the rights of the role, which the installation guide sets.
"""

from django.db import migrations

SQLITE = [
    "CREATE TRIGGER event_no_update BEFORE UPDATE ON ledger_event BEGIN SELECT RAISE(ABORT, 'log entries never change'); END",
    "CREATE TRIGGER event_no_delete BEFORE DELETE ON ledger_event BEGIN SELECT RAISE(ABORT, 'log entries never go'); END",
]
POSTGRES = [
    "CREATE FUNCTION ledger_event_stays() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'log entries never change and never go'; END $$",
    "CREATE TRIGGER event_stays BEFORE UPDATE OR DELETE ON ledger_event "
    "FOR EACH ROW EXECUTE FUNCTION ledger_event_stays()",
]
UNDO = {
    "sqlite": ["DROP TRIGGER event_no_update", "DROP TRIGGER event_no_delete"],
    "postgresql": ["DROP TRIGGER event_stays ON ledger_event", "DROP FUNCTION ledger_event_stays()"],
}


def forbid(apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRES}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def allow(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_records")]
    operations = [migrations.RunPython(forbid, allow)]
