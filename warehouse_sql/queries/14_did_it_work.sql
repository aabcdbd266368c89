-- 14. Did it work
-- 14. 是否有效
-- Did the recall or the campaign work?
-- 召回或专项行动是否有效？
-- ratio below 1: the category fell more than its control; high above 1 leaves it open. The days of gap, which set it off, do not count.
-- ratio 小于 1 表示该类别比对照类别下降更多；high 大于 1 则尚无定论。促成行动的 gap 天不计入。
with asked as (
    select date '2026-06-01' as day, 'scooter' as category, 'toy' as control, 90 as days, 14 as gap, 'R1' as recall_no
),
happened as (
    select case d.record_type when 'injury_case' then 'injuries' else 'failed samples' end as measure, q.recall_no, q.days,
           d.category_code = q.category as is_asked, d.event_date >= q.day as is_after, d.adverse, d.judged
    from asked q
    join mart.category_day d on d.category_code in (q.category, q.control)
                            and (d.event_date >= q.day - q.gap - q.days and d.event_date < q.day - q.gap
                                 or d.event_date >= q.day and d.event_date < q.day + q.days)
    where d.record_type = 'injury_case' and d.adverse > 0 or d.record_type = 'market_sampling' and d.judged > 0
),
counted as (  -- injuries have no number that they are of but the days; these are as many before as after
    select h.measure, h.recall_no,
           coalesce(sum(h.adverse) filter (where h.is_asked and not h.is_after), 0)::bigint as a0,
           coalesce(sum(h.adverse) filter (where h.is_asked and h.is_after), 0)::bigint as a1,
           coalesce(sum(h.adverse) filter (where not h.is_asked and not h.is_after), 0)::bigint as b0,
           coalesce(sum(h.adverse) filter (where not h.is_asked and h.is_after), 0)::bigint as b1,
           case h.measure when 'injuries' then h.days
                else coalesce(sum(h.judged) filter (where h.is_asked and not h.is_after), 0)::bigint end as n0,
           case h.measure when 'injuries' then h.days
                else coalesce(sum(h.judged) filter (where h.is_asked and h.is_after), 0)::bigint end as n1,
           case h.measure when 'injuries' then h.days
                else coalesce(sum(h.judged) filter (where not h.is_asked and not h.is_after), 0)::bigint end as m0,
           case h.measure when 'injuries' then h.days
                else coalesce(sum(h.judged) filter (where not h.is_asked and h.is_after), 0)::bigint end as m1
    from happened h
    group by h.measure, h.recall_no, h.days
)
select c.measure, concat_ws('/', a0, n0) as before, concat_ws('/', a1, n1) as after, concat_ws('/', b0, m0) as control_before,
       concat_ws('/', b1, m1) as control_after, round(r.ratio::numeric, 3) as ratio,
       round((r.ratio * exp(-1.959964 * s.error))::numeric, 3) as low, round((r.ratio * exp(1.959964 * s.error))::numeric, 3) as high,
       (select round(100.0 * t.done_count / nullif(t.affected_count, 0), 1)
        from core.recall t where t.recall_no = c.recall_no order by t.recorded_from desc limit 1) as percent_recalled
from counted c
cross join lateral (select (a1::double precision / nullif(n1, 0)) / (nullif(a0, 0)::double precision / nullif(n0, 0))
                           / ((nullif(b1, 0)::double precision / nullif(m1, 0)) / (nullif(b0, 0)::double precision / nullif(m0, 0)))) r (ratio)
cross join lateral (select sqrt(1.0 / nullif(a0, 0) + 1.0 / nullif(a1, 0) + 1.0 / nullif(b0, 0) + 1.0 / nullif(b1, 0))) s (error)
order by c.measure desc;
