"""The commands of ``reinstate``, by subject; each module adds its own to the application in dashboard.cli."""
