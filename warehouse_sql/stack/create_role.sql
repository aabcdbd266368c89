-- The scheduler's own role: it owns its database and has no right on any table of the warehouse.
create role {role} login password {password}
