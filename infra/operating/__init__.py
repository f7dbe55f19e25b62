"""Commands that look after a deployed stage: smoke test, redrive, rollback, drift, teardown."""
