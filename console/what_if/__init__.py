"""What if a ladder were another one: asked of many partnerships before anything changes, then adopted, or not."""
