"""The stacks on the developer's machine: ministack as a process of ours, or LocalStack in Docker."""
