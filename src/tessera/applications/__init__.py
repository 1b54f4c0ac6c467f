"""Applications: from the first saved answer to the verdict whether they are eligible."""
