-- What a delivered SQLite file holds: its own tables and views, as its schema says.
SELECT name, type, coalesce(sql, '') FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY rootpage, name
