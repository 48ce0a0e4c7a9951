"""A partnership's page: what is known of it, why and when, and everything that can be done."""
