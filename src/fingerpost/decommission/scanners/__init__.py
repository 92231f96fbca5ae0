"""Looking for children in bytes, wherever they are kept, without carrying a list of them.

What is looked for are keyed tokens (`listed`): whoever takes the list learns nobody, and it is destroyed
with its key. Bytes are turned into candidates (`candidates`), text hidden in them is brought out (`views`),
and what holds files within it is opened (`containers`, `pages`). What cannot be read is told as that, never
as clean.
"""
