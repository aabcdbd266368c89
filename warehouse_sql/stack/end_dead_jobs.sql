-- Run while no component of this hub lives: what still counts as running was killed.  The scheduler resets the tasks
-- of a job that has ended when it starts; those of one that seems to run, it leaves alone for minutes.
update public.job
   set state = 'failed', end_date = now()
 where state = 'running'
