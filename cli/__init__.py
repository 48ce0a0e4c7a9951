"""The command line, for coordinators who like a terminal, for operators, and for programs."""
