"""When … then …: configure.zcml is the table, each handler is two lines."""
