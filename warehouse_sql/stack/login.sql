-- The password, and whatever else its user may have set for itself, as they were.
alter role {role} login password {password} nosuperuser nocreatedb nocreaterole noreplication;
alter role {role} reset all
