"""What the database itself refuses, and the search index it keeps; written for each engine.

They are no part of the migrations: a batch migration on SQLite rebuilds a table and silently drops its triggers, so
data.migrate installs this list anew after every upgrade and compares.
"""

from __future__ import annotations

from data import desk_rules, outreach_rules, rule_triggers

_REFUSALS = (
    *desk_rules.REFUSALS,
    *outreach_rules.REFUSALS,
    *rule_triggers.append_only("audit_checkpoint", "size"),
    *rule_triggers.append_only("legal_hold"),
    *rule_triggers.append_only("legal_hold_release", "hold"),
)

_SQLITE_REFUSALS = {
    "audit_entry_no_update": (
        "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    ),
    "audit_entry_no_delete": (
        "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    ),
    # INSERT OR REPLACE deletes without firing a DELETE trigger unless recursive_triggers is on: guard the insert too.
    "audit_entry_no_replace": (
        "CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry "
        "WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit_entry) "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    ),
    "audit_detail_no_update": (
        "CREATE TRIGGER audit_detail_no_update BEFORE UPDATE ON audit_detail "
        "BEGIN SELECT RAISE(ABORT, 'an audit detail may be erased, never changed'); END"
    ),
    "judgement_no_update": (
        "CREATE TRIGGER judgement_no_update BEFORE UPDATE ON judgement "
        "BEGIN SELECT RAISE(ABORT, 'a judgement is superseded, never changed'); END"
    ),
    "label_no_update": (
        "CREATE TRIGGER label_no_update BEFORE UPDATE ON label "
        "BEGIN SELECT RAISE(ABORT, 'a label is superseded, never changed'); END"
    ),
    "label_never_of_x": (
        "CREATE TRIGGER label_never_of_x BEFORE INSERT ON label "
        "WHEN (SELECT source FROM mention WHERE id = NEW.mention) = 'x' "
        "BEGIN SELECT RAISE(ABORT, 'desk rule X-01: no label is kept of a post from X'); END"
    ),
    # blocking-key bookkeeping is ours and may go on; every imported fact of a frozen snapshot stays as it was
    "orders_frozen": (
        "CREATE TRIGGER orders_frozen BEFORE UPDATE ON orders "
        "WHEN (SELECT frozen_at FROM snapshot WHERE id = OLD.snapshot_id) IS NOT NULL "
        "AND (NEW.digest <> OLD.digest OR NEW.snapshot_id <> OLD.snapshot_id OR NEW.order_id <> OLD.order_id) "
        "BEGIN SELECT RAISE(ABORT, 'this snapshot is frozen'); END"
    ),
    "orders_frozen_delete": (
        "CREATE TRIGGER orders_frozen_delete BEFORE DELETE ON orders "
        "WHEN (SELECT frozen_at FROM snapshot WHERE id = OLD.snapshot_id) IS NOT NULL "
        "BEGIN SELECT RAISE(ABORT, 'this snapshot is frozen'); END"
    ),
}

_SQLITE_SEARCH = {
    "mention_search_insert": (
        "CREATE TRIGGER mention_search_insert AFTER INSERT ON mention BEGIN "
        "INSERT INTO mention_search(rowid, title, text) VALUES (NEW.id, NEW.title, NEW.text); END"
    ),
    "mention_search_update": (
        "CREATE TRIGGER mention_search_update AFTER UPDATE OF title, text ON mention BEGIN "
        "INSERT INTO mention_search(mention_search, rowid, title, text) "
        "VALUES ('delete', OLD.id, OLD.title, OLD.text); "
        "INSERT INTO mention_search(rowid, title, text) VALUES (NEW.id, NEW.title, NEW.text); END"
    ),
    "mention_search_delete": (
        "CREATE TRIGGER mention_search_delete AFTER DELETE ON mention BEGIN "
        "INSERT INTO mention_search(mention_search, rowid, title, text) "
        "VALUES ('delete', OLD.id, OLD.title, OLD.text); END"
    ),
}

SQLITE = {**_SQLITE_REFUSALS, **_SQLITE_SEARCH, **rule_triggers.sqlite(_REFUSALS)}

_PG_REFUSE = """
CREATE OR REPLACE FUNCTION reinstate_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0]; END $$
"""

_PG_FROZEN = """
CREATE OR REPLACE FUNCTION reinstate_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT frozen_at FROM snapshot WHERE id = OLD.snapshot_id) IS NOT NULL
     AND (TG_OP = 'DELETE' OR NEW.digest <> OLD.digest OR NEW.snapshot_id <> OLD.snapshot_id
          OR NEW.order_id <> OLD.order_id)
  THEN RAISE EXCEPTION 'this snapshot is frozen'; END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$
"""


_PG_NO_X_LABEL = """
CREATE OR REPLACE FUNCTION reinstate_no_x_label() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT source FROM mention WHERE id = NEW.mention) = 'x'
  THEN RAISE EXCEPTION 'desk rule X-01: no label is kept of a post from X'; END IF;
  RETURN NEW;
END $$
"""


def _pg_refusal(name: str, moment: str, table: str, message: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {moment} ON {table} FOR EACH ROW EXECUTE FUNCTION reinstate_refuse('{message}')"
    )


POSTGRES = {
    "audit_entry_no_update": _pg_refusal(
        "audit_entry_no_update", "UPDATE OR DELETE", "audit_entry", "the audit log is append-only"
    ),
    "audit_detail_no_update": _pg_refusal(
        "audit_detail_no_update", "UPDATE", "audit_detail", "an audit detail may be erased, never changed"
    ),
    "judgement_no_update": _pg_refusal(
        "judgement_no_update", "UPDATE", "judgement", "a judgement is superseded, never changed"
    ),
    "label_no_update": _pg_refusal("label_no_update", "UPDATE", "label", "a label is superseded, never changed"),
    "label_never_of_x": (
        "CREATE TRIGGER label_never_of_x BEFORE INSERT ON label FOR EACH ROW EXECUTE FUNCTION reinstate_no_x_label()"
    ),
    "orders_frozen": (
        "CREATE TRIGGER orders_frozen BEFORE UPDATE OR DELETE ON orders FOR EACH ROW "
        "EXECUTE FUNCTION reinstate_frozen()"
    ),
    **rule_triggers.postgres(_REFUSALS),
}

POSTGRES_FUNCTIONS = (
    _PG_REFUSE,
    _PG_FROZEN,
    _PG_NO_X_LABEL,
    *rule_triggers.postgres_functions(_REFUSALS),
)

POSTGRES_TABLES = {name: sql.split(" ON ")[1].split()[0] for name, sql in POSTGRES.items()}
