"""The atlas: shapes of countries and oblasts, where a place lies on a sheet, and where places are on earth."""
