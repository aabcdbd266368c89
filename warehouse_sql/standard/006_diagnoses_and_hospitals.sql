-- 1.5.0: the diagnoses of an injury are a list, and its hospital is a party.
do $$
begin
    perform pg_temp.columns_to_item(
        'injury_case', 'diagnosis', array['body_part_code', 'diagnosis_code', 'diagnosis_text', 'icd10_code'],
        array['body_part_code', 'diagnosis_code', 'diagnosis_text', 'icd10_code']);
    perform pg_temp.columns_to_item(
        'injury_case', 'diagnosis', array['body_part_2_code', 'diagnosis_2_code', 'diagnosis_2_text'],
        array['body_part_code', 'diagnosis_code', 'diagnosis_text'], from_place => 1);
    perform pg_temp.columns_to_item(
        'injury_case', 'party', array['facility_code_text', 'facility_name'], array['agency_party_no', 'name'], 'hospital');
end $$;
