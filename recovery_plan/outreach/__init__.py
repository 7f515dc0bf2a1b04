"""Who may be reached, by which lawful way, on which day and by whom."""
