"""What waits for a person today, the worst first, with what can be done beside it."""
