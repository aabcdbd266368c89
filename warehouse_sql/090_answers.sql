-- Answers: what a sender gets beside the receipt, and what became of a row that was sent again.
alter table ledger.receipt drop constraint receipt_kind_check;
alter table ledger.receipt
    add constraint receipt_kind_check check (kind in ('received', 'json', 'html', 'xlsx', 'csv'));

-- A row that came back and is still wrong waits in the later batch only: what is open is counted once.
alter table quarantine.row drop constraint row_state_check;
alter table quarantine.row
    add constraint row_state_check check (state in ('open', 'replayed', 'corrected', 'resent', 'waived'));
create index row_closed_by on quarantine.row (agency, closed_by) where closed_by is not null;
