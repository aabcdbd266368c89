-- How many rows wait again.
select count(*) from reopened where state = 'open';
