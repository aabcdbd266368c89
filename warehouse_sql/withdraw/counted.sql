select (select count(*) from verdict where fate = 'ended'), (select count(*) from before);
