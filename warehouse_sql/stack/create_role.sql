-- A login with no right on any table yet.
create role {role} login password {password}
