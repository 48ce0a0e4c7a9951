"""What workflows ask the world to do: record, mail. Each is idempotent by keys of the business."""
