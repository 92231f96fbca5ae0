"""Promise 5: a stolen database or backup names no child. Details are open in here and nowhere else."""

from fingerpost.vault.messages import Vault
from fingerpost.vault.values import Candidate, Question, SealedRecord

__all__ = ["Candidate", "Question", "SealedRecord", "Vault"]
