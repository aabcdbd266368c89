-- Who may read what.

-- name: delete_standard
-- Deletes what follows from the standard, the register and the agreements; grants of other origins stay.
with types as (delete from access.record_type),
     fields as (delete from access.field)
delete from access.grant where origin in ('standard', 'register', 'agreement');

-- name: copy_record_types
-- Takes the record types in, as COPY.
copy access.record_type (record_type, sensitivity, rank, share) from stdin;

-- name: copy_fields
-- Takes the fields in, as COPY.
copy access.field (table_name, column_name, record_type, sensitivity, rank, share, is_open) from stdin;

-- name: put_grant
-- Grants a right; what there is of it from the same day on is replaced.
insert into access.grant (subject, agency, record_type, purpose, sensitivity_max, valid_from, valid_to, basis, origin)
values (%(subject)s, %(agency)s, %(record_type)s, %(purpose)s, %(sensitivity_max)s, %(valid_from)s, %(valid_to)s, %(basis)s, %(origin)s)
on conflict (subject, agency, record_type, purpose, valid_from)
do update set sensitivity_max = excluded.sensitivity_max, valid_to = excluded.valid_to, basis = excluded.basis, origin = excluded.origin;

-- name: known_agencies
-- Returns every agency of the ledger.
select agency from ledger.agency;
