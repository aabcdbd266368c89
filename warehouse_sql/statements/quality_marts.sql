-- The marts of quality and of goods declared.

-- name: refresh
-- Makes the months anew that these batches touched, all of them for null; returns how many sources and months.
select mart.refresh_quality(%(batches)s);
