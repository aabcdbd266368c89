"""The verdict on a submission before it is sent: offline, against the hub, and from the `check/` folder."""
