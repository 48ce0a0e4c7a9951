"""The mail room's rules, pure: when a mail is polite, who is told now, how much at once, what it says."""
