"""An invented seller whose story the demo tells: build it with ``data.demo.world.build_world``."""
