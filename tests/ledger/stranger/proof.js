// Checks proofs of `fingerpost ledger prove` with the code that npm itself trusts packages by (@sigstore/verify).
//
// Usage: node proof.js FOLDER-OF-@sigstore/verify KEY-HEX KEY-ID-HEX ORIGIN, then one proof a line on the
// standard input, as JSON: {entry, index, path, checkpoint}. For each it prints "ok", or what is wrong.
"use strict";

const crypto = require("crypto");
const path = require("path");
const readline = require("readline");

const [library, key, keyId, origin] = process.argv.slice(2);
const { verifyCheckpoint } = require(path.join(library, "dist", "tlog", "checkpoint.js"));
const { verifyMerkleInclusion } = require(path.join(library, "dist", "tlog", "merkle.js"));

// A raw Ed25519 key behind the fixed beginning of its SPKI form (RFC 8410).
const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), Buffer.from(key, "hex")]);
const log = {
  logID: Buffer.concat([Buffer.from(keyId, "hex"), Buffer.alloc(28)]),
  publicKey: crypto.createPublicKey({ key: spki, format: "der", type: "spki" }),
  baseURL: origin,
};

function check(proof) {
  const entry = {
    canonicalizedBody: Buffer.from(proof.entry, "hex"),
    inclusionProof: {
      logIndex: String(proof.index),
      hashes: proof.path.map((hash) => Buffer.from(hash, "hex")),
      checkpoint: { envelope: proof.checkpoint },
    },
  };
  verifyMerkleInclusion(entry, verifyCheckpoint(entry, [log]));
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  try {
    check(JSON.parse(line));
    console.log("ok");
  } catch (error) {
    console.log(String(error.message || "refused").replace(/\n/g, " "));
  }
});
