truncate touched, differing;
