"""The directory: municipalities, what they say of themselves, and who may read it outside."""
