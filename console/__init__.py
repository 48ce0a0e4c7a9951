"""Pages and the JSON API; what they read of the record and how they act is shared with the command line."""
