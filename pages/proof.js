// Checks an inclusion proof in the page, with nothing but the browser's own SHA-256: RFC 9162 §2.1.3.2.
// What it needs stands in the page; it asks nobody.
const bytesOf = hex => Uint8Array.from(hex.match(/../g) ?? [], pair => parseInt(pair, 16))
const hash = async (...parts) => {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) { whole.set(part, at); at += part.length }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', whole))
}
const node = (left, right) => hash(Uint8Array.of(1), left, right)
const same = (one, other) => one.length === other.length && one.every((byte, place) => byte === other[place])

export async function includes ({ message, index, size, path, root }) {
  let place = BigInt(index)
  let last = BigInt(size) - 1n
  if (place > last) return false
  // The tree's entry is the hash of what the receipt signs; its leaf is that entry behind a nought.
  let found = await hash(Uint8Array.of(0), await hash(new TextEncoder().encode(message)))
  for (const step of path.split(' ').filter(Boolean).map(bytesOf)) {
    if (last === 0n) return false
    if (place & 1n || place === last) {
      found = await node(step, found)
      while (!(place & 1n) && place) { place >>= 1n; last >>= 1n }
    } else {
      found = await node(found, step)
    }
    place >>= 1n
    last >>= 1n
  }
  return last === 0n && same(found, bytesOf(root))
}

const box = document.querySelector('[data-proof]')
if (box && globalThis.crypto?.subtle) {
  const button = box.querySelector('button')
  const said = box.querySelector('[role=status]')
  button.hidden = false
  button.addEventListener('click', async () => {
    const sound = await includes(box.dataset)
    said.textContent = sound
      ? 'Your browser checked it: the entry is in the ledger, under the signed checkpoint above.'
      : 'Your browser could not find the entry under this checkpoint. Keep this page, and ring the desk.'
  })
}
