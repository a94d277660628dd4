"""The machine: runs the neutral program on abstract values and notes what it does with stores."""
