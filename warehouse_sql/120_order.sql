-- The order of words comes from a sequence that the ledger hands out, not from a clock: a clock may be set back between a
-- file and its correction.  Batch ids keep the time for people; nothing is decided by it any more.  One sequence numbers
-- registrations and loads alike, so that "came while it stood" is a comparison too.
create sequence ledger.batch_number;

alter table ledger.batch
    add column number bigint,
    add column origin_number bigint,
    add column loaded_number bigint,
    add column waits_for text,
    add column waits_since timestamptz;

-- What is here already keeps the order that it had: that of the ids, and of the clock for loads.
with events (batch_id, loads, at) as (
    select batch_id, false, batch_id from ledger.batch
    union all
    select batch_id, true, to_char(loaded_at at time zone 'UTC', 'YYYYMMDD-HH24MISS-')
                               || lpad(to_hex(extract(microseconds from loaded_at)::bigint % 1000000), 5, '0') || 'z'
    from ledger.batch
    where loaded_at is not null
), numbered as (
    select batch_id, loads, row_number() over (order by at collate "C", loads, batch_id collate "C") as number
    from events
)
update ledger.batch b
set number = r.number, loaded_number = l.number
from numbered r
left join numbered l on l.batch_id = r.batch_id and l.loads
where b.batch_id = r.batch_id and not r.loads;

update ledger.batch b
set origin_number = o.number
from ledger.batch o
where o.batch_id = coalesce(b.replay_of, b.batch_id);

select setval('ledger.batch_number', greatest(max(greatest(number, loaded_number)), 1), max(number) is not null)
from ledger.batch;

alter table ledger.batch alter column number set not null, alter column origin_number set not null;
create unique index batch_by_number on ledger.batch (number);

-- A turn that was taken just before a later one names the batch of that one: by its number from now on.
alter table ledger.batch drop column turn;
update ledger.batch b
set late_turn = lpad(o.number::text, 19, '0') || substring(b.late_turn from '-[0-9]{19}.*$')
from ledger.batch o
where o.batch_id = regexp_replace(b.late_turn, '-[0-9]{19}.*$', '');
alter table ledger.batch
    add column turn text collate "C" not null
        generated always as (coalesce(late_turn, lpad(origin_number::text, 19, '0') || '.')) stored;
create index batch_turn on ledger.batch (agency, feed, turn);

comment on column ledger.batch.number is 'Order of registration, from the sequence of the ledger 登记顺序号（由台账序列产生）';
comment on column ledger.batch.origin_number is 'The number of the batch whose delivery it reads; its own unless it is a replay 所读报送的登记顺序号';
comment on column ledger.batch.loaded_number is 'Order of loading, from the same sequence 入库顺序号（同一序列）';
comment on column ledger.batch.turn is 'Order of words about one record; the greater one holds 同一记录的先后次序';
comment on column ledger.batch.word is 'The batch whose delivery it reads: its own id unless it is a replay 所读报送的批次号';
comment on column ledger.batch.attempt is 'How often the step at hand has failed by what it read since one last succeeded 当前步骤因数据原因失败的次数';
comment on column ledger.batch.waits_for is 'The machine''s trouble that it waits for: disk_full, database, killed ... 等待恢复的机器故障';
comment on column ledger.batch.waits_since is 'Since when 开始等待的时间';
