-- Pages read the last batches of each feed, and what came since yesterday, without looking at all batches.
create index batch_of_feed on ledger.batch (agency, feed, number);
create index batch_received on ledger.batch (received_at);
