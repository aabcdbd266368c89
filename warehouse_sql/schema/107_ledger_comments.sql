-- What the columns of the ledger and of quarantine say, as far as the files that made them do not.  A file that runs at every
-- migration, since those are never changed.
do $$
declare
    said record;
begin
    -- What is called alike means the same in every table.
    for said in
        select n.nspname as place, c.relname as name, a.attname as field, m.means
        from (values
            ('agency', 'Agency; join ledger.agency 报送单位'),
            ('feed', 'Feed of the agency; join ledger.source 报送专题'),
            ('batch_id', 'Batch; join ledger.batch 批次'),
            ('delivery_id', 'Delivery; join ledger.delivery 报送编号'),
            ('submission_id', 'Submission that a manifest announced; join ledger.submission 报送清单编号'),
            ('received_at', 'When the hub received it 平台接收时间'),
            ('published_at', 'When it was put into the out folder; null: not yet 写入发件目录的时间，空为尚未写入'),
            ('sha256', 'SHA-256 of the bytes 内容的 SHA-256 摘要'),
            ('link', 'Link by which they were compared; join ledger.link 关联规则'),
            ('rule', 'Rule of the link that they break 所违反的比对规则'),
            ('part', 'First digit of the identities, to keep the lists short 记录标识首位（分段）'),
            ('opened_at', 'When it was found 发现时间'),
            ('closed_at', 'When it was closed; null: open 关闭时间，空为未关闭'),
            ('closed_by', 'Batch that closed it 使其关闭的批次'),
            ('outcome', 'How it was closed: agreed, replaced, ended 关闭原因'),
            ('source_file', 'File as delivered; of an archive, the file in it 报送文件名，压缩包则为包内文件名'),
            ('source_sheet', 'Sheet of the workbook 工作表')
        ) as m(field, means)
        join pg_attribute a on a.attname = m.field and a.attnum > 0 and not a.attisdropped
        join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'v')
        join pg_namespace n on n.oid = c.relnamespace and n.nspname in ('ledger', 'quarantine')
        where col_description(c.oid, a.attnum) is null and c.relname <> 'migration' -- its lock is held by another session
    loop
        execute format('comment on column %I.%I.%I is %L', said.place, said.name, said.field, said.means);
    end loop;
end $$;

comment on column ledger.agency.agency   is 'Short name of the agency, first part of every source 单位代号';
comment on column ledger.agency.name_zh  is 'Name in Chinese 中文名称';
comment on column ledger.agency.name_en  is 'Name in English 英文名称';
comment on column ledger.agency.language is 'Language that it is answered in: zh or en 回执语言';

comment on column ledger.source.feed        is 'Short name of the feed, second part of the source 专题代号';
comment on column ledger.source.title_zh    is 'Title in Chinese 中文标题';
comment on column ledger.source.title_en    is 'Title in English 英文标题';
comment on column ledger.source.record_type is 'Record types that it brings, comma between 记录类型，多个以逗号分隔';

comment on column ledger.submission.operation       is 'new, correct, withdraw or zero (nothing happened) 操作：新报、更正、撤回、零报告';
comment on column ledger.submission.sequence        is 'The sender''s number of it, from 1 报送方顺序号';
comment on column ledger.submission.period          is 'Period that it covers, as written 所属期间（原文）';
comment on column ledger.submission.period_from     is 'First day of the period 期间首日';
comment on column ledger.submission.period_to       is 'Last day of the period 期间末日';
comment on column ledger.submission.reason          is 'Why it corrects or withdraws 更正或撤回的原因';
comment on column ledger.submission.sender          is 'Who sent it, as the manifest says 报送人';
comment on column ledger.submission.manifest_sha256 is 'SHA-256 of the manifest 清单的 SHA-256 摘要';

comment on column ledger.delivery.delivery_id is 'Identity of the delivery 报送编号';
comment on column ledger.delivery.bytes       is 'Size in bytes 字节数';
comment on column ledger.delivery.connector   is 'How it came: folder, sftp, http, sql ... 接入方式';

comment on column ledger.batch.state            is 'received, mapped, validated, loaded, acknowledged; held; rejected, duplicate, withdrawn 状态';
comment on column ledger.batch.batch_id         is 'Identity of the batch 批次编号';
comment on column ledger.batch.duplicate_of     is 'Batch that brought the same bytes before 内容相同的先前批次';
comment on column ledger.batch.mapping_version  is 'Version of the mapping that it was read with 映射版本';
comment on column ledger.batch.standard_version is 'Version of the standard that it was judged by 标准版本';
comment on column ledger.batch.read             is 'Rows read: the sum of new, changed, unchanged, duplicate, quarantined and skipped 读入行数（以下六项之和）';
comment on column ledger.batch.new              is 'Rows that brought a record which was not there 新增行数';
comment on column ledger.batch.changed          is 'Rows that changed a record 变更行数';
comment on column ledger.batch.unchanged        is 'Rows that said what was known 无变化行数';
comment on column ledger.batch.duplicate        is 'Rows that repeat another of the batch 重复行数';
comment on column ledger.batch.quarantined      is 'Rows that were kept out; see quarantine.row 隔离行数';
comment on column ledger.batch.skipped          is 'Rows left out on purpose; see ledger.skipped 按约定跳过的行数';
comment on column ledger.batch.mapped_at        is 'When its rows had become records 映射完成时间';
comment on column ledger.batch.validated_at     is 'When its records had been judged 校验完成时间';
comment on column ledger.batch.loaded_at        is 'When its records came into the warehouse 入库时间';
comment on column ledger.batch.acknowledged_at  is 'When its receipt was in the out folder 回执送达时间';

comment on column ledger.skipped.reason is 'Why, as the mapping says 跳过原因（映射所列）';
comment on column ledger.skipped.rows   is 'How many rows 行数';

comment on column ledger.finding.number   is 'Number within the batch 批次内序号';
comment on column ledger.finding.code     is 'What kind of finding; validation/findings.yml lists them 问题代码';
comment on column ledger.finding.level    is 'error kept rows out, warning let them pass, repair changed the value 级别：错误、警告、修复';
comment on column ledger.finding.file     is 'File of the first one; of an archive, the file in it 首例所在文件';
comment on column ledger.finding.sheet    is 'Sheet of the first one 首例所在工作表';
comment on column ledger.finding.line     is 'Line of the first one, from 1 首例所在行号';
comment on column ledger.finding."column" is 'The sender''s column 报送方列名';
comment on column ledger.finding.field    is 'Field of the standard 标准字段';
comment on column ledger.finding.value    is 'Value of the first one, masked where it is personal 首例取值（个人信息已遮蔽）';
comment on column ledger.finding.expected is 'What would have been right 应有取值';
comment on column ledger.finding.count    is 'How many rows it is about 涉及行数';
comment on column ledger.finding.samples  is 'Some of them, with line and value 样例';

comment on column ledger.receipt.kind is 'received, json, html, xlsx or csv 回执种类';
comment on column ledger.receipt.name is 'Name of the file 文件名';
comment on column ledger.receipt.body is 'The bytes of the file 文件内容';

comment on column ledger.audit.at     is 'When 时间';
comment on column ledger.audit.who    is 'Login or person 操作人';
comment on column ledger.audit.what   is 'What was done 操作';
comment on column ledger.audit.detail is 'The particulars of it 操作详情';

comment on column ledger.reaffirmed.record_uids is 'Identities of the records 记录标识';
comment on column ledger.withdrawn.record_uids  is 'Identities of the records 记录标识';

comment on column ledger.profile.figures is 'The figures by name 各项特征值';

comment on column ledger.expectation.figure   is 'Figure that the rule is about 特征名称';
comment on column ledger.expectation.code     is 'Finding that a failure gives 未通过时的问题代码';
comment on column ledger.expectation.observed is 'What it was 实际值';
comment on column ledger.expectation.low      is 'Least that is expected 下限';
comment on column ledger.expectation.high     is 'Most that is expected 上限';
comment on column ledger.expectation.success  is 'Whether it was within 是否通过';
comment on column ledger.expectation.holds    is 'Whether a failure holds the batch 未通过时是否待审';
comment on column ledger.expectation.origin   is 'Where the limits come from: the mapping, or the feed''s own history 限值来源：映射或历史';
comment on column ledger.expectation.engine   is 'What judged it 判定引擎';

comment on column ledger.hold.reasons    is 'The rules that it fails 未通过的规则';
comment on column ledger.hold.held_at    is 'Since when it waits 开始等待的时间';
comment on column ledger.hold.decision   is 'approve or reject; null: not decided 处理决定，空为未决';
comment on column ledger.hold.decided_by is 'Who decided 决定人';
comment on column ledger.hold.decided_at is 'When that was 决定时间';
comment on column ledger.hold.comment    is 'What they wrote about it 处理意见';

comment on column ledger.link.link        is 'Name of the link; standards/links has the file 规则名称';
comment on column ledger.link.label_zh    is 'Title in Chinese 中文标题';
comment on column ledger.link.label_en    is 'Title in English 英文标题';
comment on column ledger.link.left_type   is 'Record type of the left side 左侧记录类型';
comment on column ledger.link.right_type  is 'Record type of the right side 右侧记录类型';
comment on column ledger.link.compared_at is 'When everything was last compared 最近一次全量比对时间';

comment on column ledger.conflict.left_agency     is 'Agency of the left record 左侧报送单位';
comment on column ledger.conflict.left_feed       is 'Feed of the left record 左侧报送专题';
comment on column ledger.conflict.left_uid        is 'Identity of the left record 左侧记录标识';
comment on column ledger.conflict.left_record_no  is 'The agency''s number of the left record 左侧记录编号';
comment on column ledger.conflict.right_agency    is 'Agency of the right record 右侧报送单位';
comment on column ledger.conflict.right_feed      is 'Feed of the right record 右侧报送专题';
comment on column ledger.conflict.right_uid       is 'Identity of the right record 右侧记录标识';
comment on column ledger.conflict.right_record_no is 'The agency''s number of the right record 右侧记录编号';
comment on column ledger.conflict.right_batch     is 'Batch that brought the right record as it was then 右侧记录所属批次';

comment on column ledger.notice.kind is 'json or html 通知种类';
comment on column ledger.notice.name is 'Name of the file 文件名';
comment on column ledger.notice.body is 'The bytes of the file 文件内容';

comment on column ledger.conflict_side.thing        is 'What both are about: the values by which they were linked 双方共同指向的对象（关联键）';
comment on column ledger.conflict_side.side         is 'Which side this row shows: left or right 本行所示一方';
comment on column ledger.conflict_side.record_uid   is 'Identity of its record 本方记录标识';
comment on column ledger.conflict_side.record_no    is 'The agency''s number of it 本方记录编号';
comment on column ledger.conflict_side.value        is 'What it says; empty when that is sensitive 本方取值（敏感信息不显示）';
comment on column ledger.conflict_side.other_agency is 'Agency of the other record 对方报送单位';
comment on column ledger.conflict_side.other_feed   is 'Feed of the other record 对方报送专题';
comment on column ledger.conflict_side.other_source is 'Both, as agency/feed 对方数据来源';
comment on column ledger.conflict_side.other_no     is 'The other agency''s number of its record 对方记录编号';
comment on column ledger.conflict_side.other_value  is 'What the other says; empty when that is sensitive 对方取值（敏感信息不显示）';
comment on column ledger.conflict_side.opened_by    is 'Batch, or link, that brought the disagreement 引发不一致的批次或规则';

comment on column ledger.fetch_cursor.at is 'When it moved on 最近更新时间';

comment on column ledger.poll_window.since is 'First look of the window 时段开始';
comment on column ledger.poll_window.until is 'Last look of the window 时段结束';
comment on column ledger.poll_window.fault is 'Why the hub could not look; null: it did 中断原因，空为正常';
