"""Everything `make run` starts on one machine: Temporal's development server, a mail catcher, the engine."""
