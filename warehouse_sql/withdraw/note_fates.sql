insert into fate (row, fate, rank)
select row, fate, array_position(array['ended', 'duplicate', 'skipped', 'unchanged', 'unknown'], fate) from verdict;
