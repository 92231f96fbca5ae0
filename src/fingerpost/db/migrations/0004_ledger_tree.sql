-- The Merkle tree over the ledger's entries (RFC 6962), behind the answer path: docs/ledger.md.

-- Entries whose leaf is not in the tree yet. Written with the entry, in the same transaction, whoever writes it: so
-- an entry that commits is waiting, one that does not is not, and neither has to wait for the other.
CREATE TABLE ledger_waiting (
    position bigint PRIMARY KEY
);
-- Rows come and go many times a second; the defaults would let thousands of dead ones pile up.
ALTER TABLE ledger_waiting SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

CREATE FUNCTION await_the_tree() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.ledger_waiting (position) VALUES (NEW.position);
    RETURN NULL;
END $$;
CREATE TRIGGER entry_awaits_the_tree AFTER INSERT ON ledger_entry
FOR EACH ROW EXECUTE FUNCTION await_the_tree();
INSERT INTO ledger_waiting (position) SELECT position FROM ledger_entry;

-- Which entry is which leaf, counted from 0 in the order the sequencer met them.
CREATE TABLE ledger_leaf (
    leaf_index bigint PRIMARY KEY,
    position bigint NOT NULL,
    -- What is public of an entry: SHA-256 of what its receipt signs.
    entry bytea NOT NULL,
    CONSTRAINT ledger_leaf_once UNIQUE (position),
    CONSTRAINT ledger_leaf_index_from_zero CHECK (leaf_index >= 0),
    CONSTRAINT ledger_leaf_entry_length CHECK (octet_length(entry) = 32)
);
COMMENT ON CONSTRAINT ledger_leaf_once ON ledger_leaf IS 'An entry is one leaf, whatever dies while it is added.';
COMMENT ON CONSTRAINT ledger_leaf_index_from_zero ON ledger_leaf IS 'RFC 6962 counts leaves from 0.';
COMMENT ON CONSTRAINT ledger_leaf_entry_length ON ledger_leaf IS 'SHA-256.';

-- Full tiles. A partial one is not stored: its hashes are those of the leaves, or the roots of the tiles below.
CREATE TABLE ledger_tile (
    level smallint NOT NULL,
    number bigint NOT NULL,
    hashes bytea NOT NULL,
    -- Of the tile's 256 hashes: its place in the tile above.
    root bytea NOT NULL,
    CONSTRAINT ledger_tile_once PRIMARY KEY (level, number),
    CONSTRAINT ledger_tile_is_full CHECK (octet_length(hashes) = 8192 AND octet_length(root) = 32)
);
COMMENT ON CONSTRAINT ledger_tile_once ON ledger_tile IS 'A full tile never changes.';
COMMENT ON CONSTRAINT ledger_tile_is_full ON ledger_tile IS '256 hashes of SHA-256, and their root.';
-- Hashes do not compress; kept apart and plain, a part of one can be read by itself.
ALTER TABLE ledger_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- Every checkpoint ever signed. `follows` makes them one chain: of two sequencers that continue the same checkpoint,
-- the second is refused (compare-and-swap), whatever either believes about locks.
CREATE TABLE ledger_checkpoint (
    size bigint PRIMARY KEY,
    follows bigint,
    root bytea NOT NULL,
    note text NOT NULL,
    CONSTRAINT ledger_checkpoint_follows_one UNIQUE NULLS NOT DISTINCT (follows),
    CONSTRAINT ledger_checkpoint_follows_another FOREIGN KEY (follows) REFERENCES ledger_checkpoint (size),
    CONSTRAINT ledger_checkpoint_grows CHECK (size > coalesce(follows, 0)),
    CONSTRAINT ledger_checkpoint_root_length CHECK (octet_length(root) = 32)
);
COMMENT ON CONSTRAINT ledger_checkpoint_follows_one ON ledger_checkpoint IS 'Nothing is continued twice: the tree has no fork. One is the first.';
COMMENT ON CONSTRAINT ledger_checkpoint_follows_another ON ledger_checkpoint IS 'No gap in the chain.';
COMMENT ON CONSTRAINT ledger_checkpoint_grows ON ledger_checkpoint IS 'Checkpoints only grow.';
COMMENT ON CONSTRAINT ledger_checkpoint_root_length ON ledger_checkpoint IS 'SHA-256.';

-- What witnesses said of a checkpoint: their signature lines, verified before they are kept.
CREATE TABLE ledger_cosignature (
    size bigint NOT NULL REFERENCES ledger_checkpoint,
    witness text NOT NULL,
    line text NOT NULL,
    CONSTRAINT ledger_cosignature_once PRIMARY KEY (size, witness)
);
COMMENT ON CONSTRAINT ledger_cosignature_once ON ledger_cosignature IS 'One word of each witness for a checkpoint is enough.';

CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_leaf
FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_tile
FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_checkpoint
FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_cosignature
FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();

-- The vault's own count: which entries it let words out against. `ledger reconcile` holds it against the ledger.
CREATE TABLE vault_release (
    entry uuid PRIMARY KEY,
    released_at timestamptz NOT NULL
);
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON vault_release
FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
-- Answers from before the vault counted.
INSERT INTO vault_release (entry, released_at)
SELECT id, recorded_at FROM ledger_entry WHERE kind = 'lookup_answered';
-- A day of either side is read at a time. In order of writing, so the small kind of index is enough.
CREATE INDEX ledger_entry_by_time ON ledger_entry USING brin (recorded_at);
CREATE INDEX vault_release_by_time ON vault_release USING brin (released_at);
