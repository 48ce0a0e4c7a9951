"""The list of partnerships: what it is narrowed to, how it is sorted, page by page, however many there are."""
