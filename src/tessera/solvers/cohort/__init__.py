"""Which people make a cohort: the best under quotas, why, what stands in the way, and who steps in."""
