"""The durable shells around the pure core."""
