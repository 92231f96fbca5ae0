"""Children who move: what an authority is told, responsibility handed over, transfers nobody took up."""
