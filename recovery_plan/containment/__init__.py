"""What keeps a suspended house quiet: mode and protocol, deadlines, queue and macros."""
