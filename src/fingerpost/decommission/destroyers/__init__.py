"""Ending what holds children: overwritten where it stands, read back, taken away, each step made durable.

`Destroyers` ends one item of the inventory, whatever its medium. It refuses what it must not touch
(`refusing`), can be killed at any point and called again (`journal`), and says with every item what it
cannot prove (`limits`).
"""
