"""A legacy ContactPoint to rehearse on: a database of made-up children, and every copy such a thing leaves.

It is written fast and read by nobody but the rehearsal. Its layout below the folder it is given:

server/           its own PostgreSQL, database `contactpoint`
replica/          a standby's data folder
backups/          dumps (custom and plain) and a base backup with its log
wal-archive/      segments of the log
search/           index files of the search engine
feeds/ quality/ reports/ logs/      what came in, what was found wrong with it, what was printed
partners/CODE/    extracts at authorities: CSV, archives within archives, SQLite, mail
laptops/          block images of machines; one holds a stray extract that was deleted
register.csv      what the owner declares; it does not know of everything
"""
