"""Stand-ins for the outside world, on loopback only: the demo and the tests read them through the real collectors."""
