"""Builds, deploys and runs the service. The Lambda package contains none of it."""
