"""The engine room, for operators: the audit of itself, its heartbeat, what it measures."""
