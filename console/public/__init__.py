"""What people see who are not signed in: what municipalities published, and nothing else."""
