drop table arriving, verdict;
