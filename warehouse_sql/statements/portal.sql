-- The portal of partner agencies: accounts and sessions, and what one agency sees.  The statements from `of_agency` on
-- are the portal's own; those before it are the operator's, who works as the owner.

-- name: add_account
-- Makes an account, unless its login is taken.
insert into portal.account (login, agency, role) values (%(login)s, %(agency)s, %(role)s) on conflict do nothing;

-- name: enable_account
-- Makes an account active.
update portal.account set state = 'active' where login = %(login)s;

-- name: disable_account
-- Disables an account; its old password is of no use, should it be enabled again.
update portal.account set state = 'disabled', password = null, password_at = null where login = %(login)s;

-- name: put_link
-- Gives an account a one-time link in the place of the one that it has.
insert into portal.one_time_link (token_sha256, login, expires_at)
values (%(token)s, %(login)s, now() + %(lasts)s)
on conflict (login) do update set token_sha256 = excluded.token_sha256, expires_at = excluded.expires_at;

-- name: drop_link
-- Removes the link of an account.
delete from portal.one_time_link where login = %(login)s;

-- name: accounts
-- Returns the accounts with their open sessions.
select a.login, a.agency, a.role,
       case when a.state = 'active' and a.password is null then 'invited' else a.state end as state,
       count(s.login) filter (where s.expires_at > now() and s.last_seen_at > now() - %(idle)s) as sessions,
       max(s.last_seen_at) as last_seen_at
from portal.account a
left join portal.session s using (login)
where %(agency)s::text is null or a.agency = %(agency)s
group by a.login
order by a.agency, a.login;

-- name: of_agency
-- Names the agency of this transaction, whose rows the views of the schema portal give.
select set_config('portal.agency', %(agency)s, true);

-- name: may_write
-- Lets this transaction change what its login may change; each of its statements sees what others have done by then.
set transaction isolation level read committed read write;

-- name: failures
-- Returns how often one of the subjects has failed within the window: the greater number.
select coalesce(max(n), 0)
from (select count(*) as n from portal.failure
      where subject = any(%(subjects)s) and at > now() - %(window)s group by subject) each;

-- name: add_failures
-- Counts a failure for each subject, and forgets those before the window.
with old as (delete from portal.failure where at <= now() - %(window)s)
insert into portal.failure (subject) select unnest(%(subjects)s::text[]);

-- name: forgive
-- Forgets the failures of the subjects: the password was right.
delete from portal.failure where subject = any(%(subjects)s);

-- name: account
-- Returns an active account with the hash of its password.
select login, password from portal.account where login = %(login)s and state = 'active';

-- name: begin_session
-- Begins a session, and removes those that have ended.
with ended as (delete from portal.session where expires_at <= now() or last_seen_at <= now() - %(idle)s)
insert into portal.session (token_sha256, login, address, browser, expires_at)
values (%(token)s, %(login)s, %(address)s, %(browser)s, now() + %(longest)s);

-- name: use_session
-- Returns who has an open session, and writes down its use when the last one was more than a minute ago.
with used as (
    update portal.session set last_seen_at = now()
    where token_sha256 = %(token)s and last_seen_at between now() - %(idle)s and now() - interval '1 minute'
      and expires_at > now()
)
select a.login, a.agency, a.role, s.session_id
from portal.session s
join portal.account a on a.login = s.login and a.state = 'active'
where s.token_sha256 = %(token)s and s.expires_at > now() and s.last_seen_at > now() - %(idle)s;

-- name: end_session
-- Ends a session by the hash of its token.
delete from portal.session where token_sha256 = %(token)s;

-- name: sessions_of
-- Returns the open sessions of an account.
select session_id, address, browser, began_at, last_seen_at, expires_at
from portal.session
where login = %(login)s and expires_at > now() and last_seen_at > now() - %(idle)s
order by last_seen_at desc, session_id desc;

-- name: end_numbered
-- Ends one session of an account.
delete from portal.session where login = %(login)s and session_id = %(session_id)s;

-- name: end_sessions_of
-- Ends all sessions of an account.
delete from portal.session where login = %(login)s;

-- name: account_of_link
-- Returns the active account that a link is for, while it lasts.
select l.login
from portal.one_time_link l
join portal.account a on a.login = l.login and a.state = 'active'
where l.token_sha256 = %(token)s and l.expires_at > now();

-- name: use_link
-- Uses a link up, and returns its account.
delete from portal.one_time_link where token_sha256 = %(token)s and expires_at > now() returning login;

-- name: set_password
-- Sets the password of an active account.
update portal.account set password = %(password)s, password_at = now() where login = %(login)s and state = 'active';

-- name: colleagues
-- Returns the accounts of an agency.
select a.login, a.role, case when a.state = 'active' and a.password is null then 'invited' else a.state end as state,
       max(s.last_seen_at) as last_seen_at
from portal.account a
left join portal.session s using (login)
where a.agency = %(agency)s
group by a.login
order by a.login;

-- name: own_agency
-- Returns the agency by its names; no row before its first submission.
select name_zh, name_en from portal.own_agency;

-- name: periods
-- Returns the periods that are due or have ended since a moment, the next due first.
select feed, first_day, last_day, due_at, state_code as state, batches
from portal.periods()
where state_code = 'open' or late_at > %(since)s
order by state_code <> 'open', abs(extract(epoch from due_at - now())), feed
limit 40;

-- name: submissions
-- Returns submissions, the latest first, with the rows of each that are still open.
select b.feed, b.batch_id, b.number, b.state, b.read, b.new, b.changed, b.unchanged, b.duplicate, b.quarantined,
       b.skipped, b.received_at, b.file_name, b.operation,
       (select count(*) from portal.quarantined_row q
        where b.quarantined > 0 and q.batch_id = b.batch_id and q.state = 'open') as open
from (select * from portal.batch
      where (%(feed)s::text is null or feed = %(feed)s)
        and (%(state)s::text is null or state = %(state)s)
        and (%(before)s::bigint is null or number < %(before)s)
      order by number desc
      limit %(limit)s) b
order by b.number desc;

-- name: batch_of_file
-- Returns how far the submission of a file has come: the latest of its bytes since it was handed over.
select b.feed, b.batch_id, b.state, b.received_at, b.mapped_at, b.validated_at, b.loaded_at, b.acknowledged_at,
       b.is_delayed, b.file_name, b.quarantined, b.quarantined as open, b.duplicate_of, b.replay_of
from portal.batch b
where b.feed = %(feed)s and b.sha256 = %(sha256)s and b.received_at >= %(since)s - interval '1 minute'
order by b.number desc
limit 1;

-- name: submission
-- Returns how far a submission has come, with the rows of it that are still open.
select b.feed, b.batch_id, b.state, b.received_at, b.mapped_at, b.validated_at, b.loaded_at, b.acknowledged_at,
       b.is_delayed, b.file_name, b.quarantined, b.duplicate_of, b.replay_of,
       (select count(*) from portal.quarantined_row q where q.batch_id = b.batch_id and q.state = 'open') as open
from portal.batch b
where b.batch_id = %(batch_id)s;

-- name: receipts
-- Returns the files of a submission by their names.
select kind, name from portal.receipt where batch_id = %(batch_id)s and kind = any(%(forms)s) order by kind;

-- name: receipt
-- Returns one file of a submission.
select kind, name, body from portal.receipt where batch_id = %(batch_id)s and kind = %(form)s;

-- name: thread
-- Returns the submissions that this one has closed rows of, and those that have closed rows of it, with how many.
select t.batch_id, t.role, b.file_name, b.state, b.received_at, t.rows
from (select q.batch_id, 'corrects' as role, count(*) as rows
      from portal.quarantined_row q where q.closed_by = %(batch_id)s group by 1
      union all
      select q.closed_by, 'corrected_by', count(*)
      from portal.quarantined_row q where q.batch_id = %(batch_id)s and q.closed_by is not null group by 1) t
join portal.batch b on b.batch_id = t.batch_id
order by b.number;

-- name: open_rows
-- Returns the open rows of a submission after a row, masked as they are stored.
select q.row, q.source_file, q.source_sheet, q.source_line, q.original::text as original, null::text as record_uid,
       q.findings::text as findings
from portal.quarantined_row q
where q.batch_id = %(batch_id)s and q.state = 'open' and q.row > %(after)s
order by q.row
limit %(limit)s;

-- name: first_rows
-- Returns the first open row of each finding of a submission, among its first open rows, with the columns of that row.
select distinct on (f.code, f."column") f.code, f."column", q.row, q.source_line,
       array(select jsonb_object_keys(q.original)) as columns
from (select o.row, o.source_line, o.original, o.findings
      from portal.quarantined_row o
      where o.batch_id = %(batch_id)s and o.state = 'open'
      order by o.row
      limit %(limit)s) q
cross join lateral jsonb_to_recordset(q.findings) f (code text, "column" text)
order by f.code, f."column", q.row;

-- name: quality
-- Returns how well each feed did in the last twelve months, with what others reach where five of them or more compare.
select feed, record_type, figure, month, own::float8 as own, others::float8 as others
from portal.quality()
order by feed, record_type, figure, month;

-- name: readers
-- Returns who may see the agency's records of these types, and for what.
select reader, other_agency, name_zh, name_en, record_type, purpose, sensitivity_max, valid_to, logins
from portal.readers()
where record_type = any(%(record_types)s) or record_type = '*'
order by reader, other_agency, record_type, purpose;

-- name: openings
-- Returns how often closed fields of the agency's records were opened, the latest month first.
select month, record_type, purpose, openings, records
from portal.openings()
order by month desc, record_type, purpose;
