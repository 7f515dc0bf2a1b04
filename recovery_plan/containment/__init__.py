"""What keeps a suspended house quiet: mode and protocol, deadlines, queue, tags, macros and the language guard."""
