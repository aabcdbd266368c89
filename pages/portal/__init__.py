"""The portal of partner agencies: accounts of its own, a login to the warehouse of its own, a process of its own."""
