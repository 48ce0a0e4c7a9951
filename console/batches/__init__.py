"""The same asked of many partnerships at once: looked at first, then done one by one, each outcome on record."""
