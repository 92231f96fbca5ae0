"""What can be said in a procedure: the closed set of acts, by the steps they belong to.

An act names places, counts, digests and persons by their id: no child. Words that people give (`basis`,
`how`, `searched`) say which law, which method, which place. Digests are SHA-256, hexadecimal.
"""
