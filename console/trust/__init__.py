"""The pages on which operators say whom they trust with what, and which programmes there are."""
