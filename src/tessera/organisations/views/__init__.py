"""The desk's pages of people and organisations."""
