"""What goes along with an export for whoever checks it without this program."""
