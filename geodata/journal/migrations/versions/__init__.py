"""The steps by which the tables of a journal are brought up."""
