-- Closed fields of one record, for a purpose, with a trace.  Two calls, in two transactions:
--
--   select access.open('case_follow_up', 'hn_health', 'injury_case', 'NO-1', 'complaint 77');   -- gives the number 12
--   select * from access.opened(12);
--
-- The trace is committed before anything is shown: a transaction that opens and reads could be rolled back, and would leave
-- values with the user and no trace.  Both run as the owner of the tables and ask for the rights of the login.
drop function if exists access.open(text, text, text, text, text);
create function access.open(purpose text, agency text, record_type text, source_record_no text, reason text) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_variable
declare
    found_right record;
    uid uuid;
    opening bigint;
begin
    select max(g.rank_max) as rank_max, string_agg(distinct g.basis, '; ') as basis
    into found_right
    from access.grant g
    join access.record_type t on t.record_type = open.record_type and t.share <> 'none' and t.rank <= g.rank_max
    where pg_has_role(session_user, to_regrole(g.subject), 'usage')
      and g.purpose = open.purpose and g.origin not in ('standard', 'register')  -- these show rows, and open nothing
      and g.agency in (open.agency, '*') and g.record_type in (open.record_type, '*')
      and (g.valid_from is null or g.valid_from <= (now() at time zone 'Asia/Shanghai')::date)
      and (g.valid_to is null or g.valid_to > (now() at time zone 'Asia/Shanghai')::date);
    if coalesce(found_right.rank_max, 0) < 2 then
        raise insufficient_privilege using
            message = 'no grant lets this login open fields of such a record for this purpose 当前登录无权为该用途开放此类记录的字段',
            hint = 'see access.visible for the rights of this login, docs/rights.md for how a right is granted 权限见 access.visible 与 docs/rights.md';
    end if;
    if btrim(coalesce(reason, '')) = '' then
        raise invalid_parameter_value using message = 'a reason is needed: the case, or the request 请说明理由（案件或请求）';
    end if;
    execute format('select t.record_uid from core.%I t where t.agency = $1 and t.source_record_no = $2', record_type)
    into uid using agency, source_record_no;
    if uid is null then
        raise no_data_found using message = 'the agency has no such record 该单位没有此记录';
    end if;
    insert into access.opening (login, agency, record_type, record_uid, purpose, reason, basis, fields, rank_max, session,
                                opened_in, valid_until)
    select session_user, open.agency, open.record_type, uid, open.purpose, open.reason, found_right.basis,
           array_agg(f.table_name || '.' || f.column_name order by f.table_name, f.column_name), found_right.rank_max,
           pg_backend_pid(), pg_current_xact_id(), clock_timestamp() + interval '15 minutes'
    from access.field f
    where f.record_type = open.record_type and not f.is_open and f.share <> 'none' and f.rank <= found_right.rank_max
    having count(*) > 0
    returning opening_id into opening;
    return opening;
end $function$;
comment on function access.open(text, text, text, text, text) is
    'Opens the closed fields of one record to this session for 15 minutes, and writes down who, for what and why; read them by access.opened 开放一条记录的受限字段并留痕';

drop function if exists access.opened(bigint);
create function access.opened(opening_id bigint)
returns table (table_name text, "position" integer, field text, value text)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
declare
    o record;
    t record;
begin
    select p.* into o
    from access.opening p
    where p.opening_id = opened.opening_id and p.login = session_user and p.session = pg_backend_pid()
      and p.valid_until > clock_timestamp();
    if o.opening_id is null then
        raise insufficient_privilege using message = 'this session has no such opening, or its time is over 本会话没有此开放记录，或已过期';
    end if;
    if o.opened_in = pg_current_xact_id_if_assigned() then
        raise object_not_in_prerequisite_state using message = 'commit first: the trace is written before the fields are read 请先提交事务，再读取字段';
    end if;
    for t in
        select f.table_name as name, array_agg(f.column_name) as closed,
               exists (select from pg_attribute a
                       where a.attrelid = to_regclass(format('core.%I', f.table_name)) and a.attname = 'position') as is_child
        from access.field f
        where f.record_type = o.record_type and f.table_name || '.' || f.column_name = any (o.fields)
        group by f.table_name
        order by f.table_name
    loop
        return query execute format(
            'select %L::text, %s, v.key, v.value
             from core.%I t cross join lateral jsonb_each_text(to_jsonb(t)) v
             where t.agency = $1 and t.record_uid = $2 and v.key = any ($3) and v.value is not null
             order by 2, 3', t.name, case when t.is_child then 't.position' else 'null::integer' end, t.name)
        using o.agency, o.record_uid, t.closed;
    end loop;
end $function$;
comment on function access.opened(bigint) is 'The fields that this session has opened: table, position, field and value 本会话已开放字段的取值';

-- Who used which fields of an agency: that agency's logins and the owner see it, and each login its own.
create or replace view access.use with (security_invoker) as
select o.opened_at, o.login, o.agency, o.record_type, o.record_uid, o.purpose, o.reason, o.basis, f.field
from access.opening o
cross join lateral unnest(o.fields) as f(field);
comment on view access.use is 'Who opened which field of whose record, for what; an agency sees what became of its own 受限字段的使用情况（各单位可见本单位数据被何人使用）';
comment on column access.use.opened_at   is 'When 时间';
comment on column access.use.login       is 'Login 登录名';
comment on column access.use.agency      is 'Agency that sent the record 数据提供单位';
comment on column access.use.record_type is 'Record type 记录类型';
comment on column access.use.record_uid  is 'Identity of the record 记录标识';
comment on column access.use.purpose     is 'Purpose 用途';
comment on column access.use.reason      is 'What the user says that it was needed for 用户说明';
comment on column access.use.basis       is 'Basis of the right 授权依据';
comment on column access.use.field       is 'Field, as table.column 字段';
