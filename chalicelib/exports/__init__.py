"""Files of goods and orders, made by queue jobs: asked for, read, written as a stream, and linked for a while."""
