"""Tables: workbooks, data packages, open standards, the terminal."""
