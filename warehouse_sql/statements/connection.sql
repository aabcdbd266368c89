-- Connections of the loader that are used again.

-- name: discard_session
-- Takes back whatever a session was told and holds.
discard all;
