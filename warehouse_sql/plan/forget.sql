drop table {coming};
