"""What Lambda starts: views, and the functions for S3, queues and the clock."""

from chalicelib import logs
from chalicelib.settings import settings

# Here, and not in app.py: Lambda imports the functions of queues, S3 and the clock from their own modules.
logs.configure(settings().log_level)
