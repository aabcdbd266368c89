drop table if exists verdict, before, arriving;
