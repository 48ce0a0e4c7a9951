"""What every page for people who are signed in is made of."""
