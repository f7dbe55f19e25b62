"""Files of goods and orders, written as a stream by queue jobs and available for download for a limited time."""
