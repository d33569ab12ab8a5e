-- liability_taken: which pools have a snapshot of a slot.
SELECT lane, pool FROM liability_snapshot WHERE slot = %(slot)s
