-- Looking is all that this login is for.  What it may see, riskhub_analyst says; the settings are mere defaults, which
-- its user may change: what it cannot do rests on the rights that it lacks.
grant riskhub_analyst to {role};
alter role {role} connection limit 20;
alter role {role} set default_transaction_read_only = on;
alter role {role} set statement_timeout = {seconds};
alter role {role} set idle_in_transaction_session_timeout = {seconds};
alter role {role} set search_path = mart, core, history, code, ledger
