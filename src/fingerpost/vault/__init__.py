"""Promise 5: a stolen database or backup names no child. Details are open in here and nowhere else."""
