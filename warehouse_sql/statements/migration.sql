-- Which schema files were applied.

-- name: lock_migration
-- Waits until no other process migrates; the lock goes with the session that holds it.  Only the owner may take it,
-- and it is in no reader's way.
lock table ledger.migration in share update exclusive mode;

-- name: applied_files
-- Returns name and SHA-256 of each applied file.
select name, sha256 from ledger.migration;

-- name: record_applied
-- Records that a file was applied.
insert into ledger.migration (name, sha256) values (%(name)s, %(sha256)s);
