"""Stage ``auditlog``: what is recorded, what should be, and the list of what is missing."""
