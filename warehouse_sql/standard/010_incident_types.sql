-- 1.5.0: the type of a fire brigade's incident is a code of this standard; the code of NFIRS has a field of its own.
do $$
declare
    place text;
begin
    foreach place in array array['core', 'history'] loop
        if not exists (select from information_schema.columns k where k.table_schema = place
                       and k.table_name = 'fire_incident' and k.column_name = 'incident_type_code') then
            continue;
        end if;
        execute format('alter table %I.fire_incident rename column incident_type_code to nfirs_type_code', place);
        execute format('alter table %I.fire_incident add column incident_type_code text', place);
        execute format($update$
            update %I.fire_incident set incident_type_code = case
                when nfirs_type_code in ('1', '100') then 'fire'
                when nfirs_type_code ~ '^11[0-2]|^12' then 'structure_fire'
                when nfirs_type_code ~ '^11[3-8]' then 'contained_fire'
                when nfirs_type_code = '134' then 'vessel_fire'
                when nfirs_type_code ~ '^13' then 'vehicle_fire'
                when nfirs_type_code ~ '^14' then 'vegetation_fire'
                when nfirs_type_code ~ '^15' then 'rubbish_fire'
                when nfirs_type_code ~ '^16' then 'outdoor_fire'
                when nfirs_type_code ~ '^17' then 'crop_fire'
                when nfirs_type_code ~ '^2' then 'explosion'
                when nfirs_type_code ~ '^3' then 'rescue'
                when nfirs_type_code ~ '^4' then 'hazardous_condition'
                when nfirs_type_code ~ '^5' then 'service_call'
                when nfirs_type_code ~ '^6' then 'good_intent'
                when nfirs_type_code ~ '^7' then 'false_alarm'
                when nfirs_type_code ~ '^8' then 'weather'
                else 'other' end
            where nfirs_type_code is not null $update$, place);
    end loop;
end $$;
