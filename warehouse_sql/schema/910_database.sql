-- Nobody connects to this database, or makes temporary tables in it, but those named here.  A file of its own: these
-- grants belong to the database, not to what is in it, and a copy of the database lacks them.
do $$
begin
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect, temporary on database %I to riskhub_loader', current_database());
    execute format('grant connect on database %I to riskhub_analyst, riskhub_agency, riskhub_portal', current_database());
end $$;
