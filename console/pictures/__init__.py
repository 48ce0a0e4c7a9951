"""Pictures of many partnerships: figures by indexed queries, each as an SVG, a table, a sentence and a CSV file."""
