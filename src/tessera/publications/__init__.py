"""What the public sees: one row a public record, its facets, and the search over them."""
