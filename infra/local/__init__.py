"""Local stacks: ministack as a child process, or LocalStack in Docker."""
