-- The tables of core and history are not written here: they are made from the standard (standards/tables.py), so that
-- a field has one home.  `riskhub standard ddl` prints them.
select;
