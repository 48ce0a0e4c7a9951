"""The pure core: facts, commands and rules. No I/O, no clock, no Temporal."""
