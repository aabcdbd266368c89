-- The moment of which this transaction tells.
select now() at time zone 'UTC'
