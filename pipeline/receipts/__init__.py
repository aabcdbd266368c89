"""The account that goes back to the sender: made, stored in the outbox, published."""
