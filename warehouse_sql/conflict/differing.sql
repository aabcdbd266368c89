create temporary table if not exists differing (
    link text, rule text, thing text,
    left_agency text, left_feed text, left_uid uuid, left_record_no text, left_value text, left_batch text,
    right_agency text, right_feed text, right_uid uuid, right_record_no text, right_value text, right_batch text
) on commit drop;
