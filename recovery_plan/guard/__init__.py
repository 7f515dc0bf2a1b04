"""The check of every text before it leaves: what it must not say in five languages, and why."""
