"""What follows from the register: stages, outcomes, the join, the filter, summaries. No opinion on looks."""
