"""Everything that builds, deploys and runs the service; nothing of it is in the Lambda package."""
