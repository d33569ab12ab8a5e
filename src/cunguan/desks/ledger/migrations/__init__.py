"""Migrations of the books: each applies one append-only file of store/schema."""
