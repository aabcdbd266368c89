-- What is to be said of a delivery that was taken, found while it was fetched: a JSON list of findings.
alter table ledger.delivery add column notes jsonb not null default '[]';
comment on column ledger.delivery.notes is 'Findings of the fetch that did not reject it 抓取时发现、未导致退回的问题';
