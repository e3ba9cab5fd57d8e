"""What agencies said after the register was shipped: entries that are added to and never overwritten."""
