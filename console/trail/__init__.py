"""The trail: who changed which account, seat, address, date, file or right, and when."""
