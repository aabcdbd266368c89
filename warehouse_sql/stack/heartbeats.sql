-- When each kind of Airflow component that counts as running last gave a sign of life, in seconds before now.
select job_type, extract(epoch from clock_timestamp() - max(latest_heartbeat))::double precision
  from public.job
 where state = 'running' and latest_heartbeat is not null
 group by job_type
