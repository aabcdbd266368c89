-- The role that all analysts' logins belong to; nobody logs in as it.
do $$
begin
    create role riskhub_analyst nologin;
exception
    when duplicate_object or unique_violation then null;
end $$
