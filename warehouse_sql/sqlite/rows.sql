-- The rows of one table; its name is quoted before it is put in.
SELECT * FROM {table}
