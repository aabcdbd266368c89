-- The register of agencies of the standard.

-- name: delete_register
-- Deletes the register.
truncate code.body, code.body_succession, code.policy_row, code.sending_right, code.acting_body;

-- name: copy_bodies
-- Takes bodies in, as COPY.
copy code.body (code, label_zh, label_en, level, uscc, valid_from, valid_to, precision, source) from stdin;

-- name: copy_successions
-- Takes in what passed between bodies, as COPY.
copy code.body_succession (predecessor, successor, since, record_types, source) from stdin;

-- name: copy_policy_rows
-- Takes the tasks of the policy in, as COPY.
copy code.policy_row (code, label_zh, label_en, direction, record_types, served_by) from stdin;

-- name: copy_sending_rights
-- Takes in who may send what, as COPY.
copy code.sending_right (body, record_type, policy_row, valid_from, valid_to) from stdin;

-- name: copy_acting_bodies
-- Takes in which body stood in the place of another, as COPY.
copy code.acting_body (body, record_type, acting, valid_from, valid_to) from stdin;
