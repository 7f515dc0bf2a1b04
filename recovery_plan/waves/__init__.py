"""The plan in the store: made, compared, drafted, approved, released wave by wave, handed over, and what came of it."""
