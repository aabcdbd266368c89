-- Looking is all this login is for; what it may see, riskhub_analyst says.
grant riskhub_analyst to {role};
alter role {role} password {password};
alter role {role} set default_transaction_read_only = on;
alter role {role} set search_path = mart, core, history, code, ledger
