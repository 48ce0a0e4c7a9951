"""Who is looking, what they may see and do, how they come in, and who looked."""
