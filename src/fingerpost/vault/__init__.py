"""Promise 5: a stolen database or backup names no child. Details are open in here and nowhere else."""

from fingerpost.vault.vault import Candidate, Question, SealedRecord, Vault

__all__ = ["Candidate", "Question", "SealedRecord", "Vault"]
