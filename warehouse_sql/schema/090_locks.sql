-- What one writer at a time may do, as rows: whoever may not change a row cannot lock it, so nobody but the hub can hold the
-- hub up.  (An advisory lock may be taken by everybody who may call the function.)
create table ledger.lock (
    what text primary key
);
comment on table ledger.lock is 'Rows that the hub locks while it works on something; they hold no data 平台作业时锁定的行（不含数据）';
comment on column ledger.lock.what is 'source, inbox or fetch with the name of the source, or link with the name of the link 锁定对象';
