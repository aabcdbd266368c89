select (select count(*) from arriving)
         - (select count(*) from verdict where fate not in ('new', 'ended')) as new,
       (select count(*) from verdict where fate = 'changed')      as changed,
       (select count(*) from verdict where fate = 'unchanged')    as unchanged,
       (select count(*) from verdict where fate = 'duplicate')    as duplicate,
       (select count(*) from verdict where fate = 'skipped')      as skipped,
       (select count(*) from verdict where fate = 'ended')        as ended,
       (select count(*) from verdict where fate = 'refused')      as refused,
       (select count(*) from verdict v where not v.loads and v.fate in ('new', 'changed')) as overtaken;
