insert into ledger.finding (agency, batch_id, number, code, level, file, sheet, line, "column", field, value, expected,
                            count, samples)
values (%(agency)s, %(batch_id)s, %(number)s, %(code)s, %(level)s, %(file)s, %(sheet)s, %(line)s, %(column)s, %(field)s,
        %(value)s, %(expected)s, %(count)s, %(samples)s);
