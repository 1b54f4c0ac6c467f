"""Writing proposals, the roster, scenarios and what is accepted of them."""
