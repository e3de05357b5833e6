"""`./hybrid upgrade`: plans of upgrades on-prem, their edits, and their rehearsal."""
