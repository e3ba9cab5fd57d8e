"""What leaves the house: every product that is made of a view of the register."""
