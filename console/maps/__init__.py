"""The map of partnerships: what is counted, kept for a while, and drawn on a sheet of the atlas."""
