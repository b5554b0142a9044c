// A second reader of docs/format.md, written from that text on other libraries (node:crypto, noble), so
// that the format is what the text says and not what the first reader does.
//
//   node read-vectors.mjs DIRECTORY     prints one line a vector: its name, a tab, how far reading came

import { createDecipheriv, createHash, createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { argon2id } from '@noble/hashes/argon2.js';
import { ml_kem768_x25519 as xWing } from '@noble/post-quantum/hybrid.js';

class Refused extends Error {}

function refuseUnless(condition) {
  if (!condition) throw new Refused();
}

// Section 1: conventions.

const ascii = (text) => Buffer.from(text, 'latin1');
const label = (text) => ascii(text + '\0');
const hex = (digits) => Buffer.from(digits, 'hex');
const uuid = (text) => hex(text.replaceAll('-', ''));
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();

function u32(number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

function u64(number) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(number));
  return bytes;
}

function hkdfExpand(hash, prk, info, length) {
  const output = [];
  let block = Buffer.alloc(0);
  for (let counter = 1; Buffer.concat(output).length < length; counter++) {
    block = createHmac(hash, prk).update(block).update(info).update(Buffer.of(counter)).digest();
    output.push(block);
  }
  return Buffer.concat(output).subarray(0, length);
}

const hkdfExtract = (hash, salt, ikm) => createHmac(hash, salt).update(ikm).digest();

function openGcm(key, nonce, associatedData, sealed) {
  refuseUnless(sealed.length >= 16);
  const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
  cipher.setAAD(associatedData);
  cipher.setAuthTag(sealed.subarray(sealed.length - 16));
  const plain = cipher.update(sealed.subarray(0, sealed.length - 16));
  try {
    cipher.final();
  } catch {
    throw new Refused();
  }
  return plain;
}

function verifyEd25519(publicKey, purpose, bytes, signature) {
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') },
    format: 'jwk',
  });
  refuseUnless(verify(null, Buffer.concat([label(purpose), bytes]), key, signature));
}

// Section 3.1: header.

const INSTANCE = /^[A-Za-z0-9._-]{1,64}$/;

function readPreamble(object) {
  refuseUnless(object.length >= 50);
  refuseUnless(object.subarray(0, 4).equals(ascii('PST1')));
  refuseUnless(object[4] === 1);
  refuseUnless(object.readUInt16BE(5) === 0x0001);
  refuseUnless([1, 2, 3].includes(object[7]));
  const created = object.readBigUInt64BE(40);
  refuseUnless(created < 1n << 48n);
  const length = object.readUInt16BE(48);
  refuseUnless(length >= 1 && length <= 64);
  const end = 50 + length + 1;
  refuseUnless(object.length >= end + 152);
  const instance = object.toString('latin1', 50, 50 + length);
  refuseUnless(INSTANCE.test(instance));
  refuseUnless(object[end - 1] === 0);
  return {
    type: object[7],
    tenant: object.subarray(8, 24),
    object: object.subarray(24, 40),
    created,
    instance,
    hash: sha256(object.subarray(0, end)),
    seal: object.subarray(end, end + 64),
    slotHash: object.subarray(end + 64, end + 96),
    salt: object.subarray(end + 96, end + 120),
    commitment: object.subarray(end + 120, end + 152),
    body: object.subarray(end + 152),
  };
}

// Section 3.3: certificate; 3.2: seal.

function readCertificate(bytes, authority) {
  refuseUnless(bytes.length > 119);
  refuseUnless(bytes.subarray(0, 4).equals(ascii('PSTC')) && bytes[4] === 1);
  const length = bytes.readUInt16BE(5);
  refuseUnless(length >= 1 && length <= 64 && bytes.length === 119 + length);
  const instance = bytes.toString('latin1', 7, 7 + length);
  refuseUnless(INSTANCE.test(instance));
  const after = 7 + length;
  verifyEd25519(authority, 'postern instance', bytes.subarray(0, after + 48), bytes.subarray(after + 48));
  const notBefore = bytes.readBigUInt64BE(after + 32);
  const notAfter = bytes.readBigUInt64BE(after + 40);
  refuseUnless(notBefore <= notAfter && notAfter < 1n << 48n);
  return {
    instance,
    key: bytes.subarray(after, after + 32),
    notBefore,
    notAfter,
  };
}

function checkSeal(file, preamble) {
  const certificate = readCertificate(hex(file.one('certificate')), hex(file.one('authority')));
  refuseUnless(certificate.instance === preamble.instance);
  refuseUnless(certificate.notBefore <= preamble.created && preamble.created <= certificate.notAfter);
  const slot = hex(file.one(file.has('spool slot') ? 'spool slot' : 'draft slot'));
  refuseUnless(sha256(slot).equals(preamble.slotHash));
  const signed = Buffer.concat([preamble.hash, preamble.salt, preamble.commitment, preamble.slotHash]);
  verifyEd25519(certificate.key, 'postern seal', signed, preamble.seal);
}

// Section 4.2: spool slot, HPKE base mode (RFC 9180, sections 4 and 5) used as exporter.

const HPKE = Buffer.concat([ascii('HPKE'), hex('647a'), hex('0001'), hex('0002')]);

const labeledExtract = (salt, name, ikm) =>
  hkdfExtract('sha256', salt, Buffer.concat([ascii('HPKE-v1'), HPKE, ascii(name), ikm]));

function labeledExpand(prk, name, info, length) {
  const size = Buffer.of(length >> 8, length);
  return hkdfExpand('sha256', prk, Buffer.concat([size, ascii('HPKE-v1'), HPKE, ascii(name), info]), length);
}

function hpkeExport(sharedSecret, info, exporterContext) {
  const empty = Buffer.alloc(0);
  const context = Buffer.concat([
    Buffer.of(0),
    labeledExtract(empty, 'psk_id_hash', empty),
    labeledExtract(empty, 'info_hash', info),
  ]);
  const secret = labeledExtract(sharedSecret, 'secret', empty);
  const exporterSecret = labeledExpand(secret, 'exp', context, 32);
  return labeledExpand(exporterSecret, 'sec', exporterContext, 32);
}

function openSpoolSlot(slot, id, seed, preamble) {
  refuseUnless(slot.length === 8 + 1120 + 48);
  refuseUnless(slot.readBigUInt64BE(0) === BigInt(id));
  let sharedSecret;
  try {
    sharedSecret = Buffer.from(xWing.decapsulate(slot.subarray(8, 1128), xWing.keygen(seed).secretKey));
  } catch {
    throw new Refused();
  }
  const info = Buffer.concat([label('postern spool key'), u64(id)]);
  const wrapKey = hpkeExport(sharedSecret, info, Buffer.concat([label('postern spool'), preamble.hash]));
  return openGcm(wrapKey, Buffer.alloc(12), preamble.hash, slot.subarray(1128));
}

// Section 4.3: slot of a mailbox; 4.4: wrapped key.

function openVersioned(bytes, version, key, associatedData) {
  refuseUnless(bytes.length === 64);
  refuseUnless(bytes.readInt32BE(0) >= 1 && bytes.readInt32BE(0) === version);
  return openGcm(key, bytes.subarray(4, 16), associatedData, bytes.subarray(16));
}

function openSlot(slot, mailbox, version, mailboxKey, shredSecret, preamble) {
  const info = Buffer.concat([label('postern slot'), preamble.tenant, preamble.object, mailbox, u32(version)]);
  const key = hkdfExpand('sha512', hkdfExtract('sha512', shredSecret, mailboxKey), info, 32);
  return openVersioned(slot, version, key, preamble.hash);
}

const DATA_KEY = 2;

function openDraftSlot(slot, version, writersKey, preamble) {
  const key = hkdfExpand('sha512', writersKey, label('postern wrap'), 32);
  const context = Buffer.concat([label('postern draft'), preamble.hash]);
  const associatedData = Buffer.concat([label('postern wrap'), Buffer.of(DATA_KEY), u32(version), u64(0), context]);
  return openVersioned(slot, version, key, associatedData);
}

function commonKey(file, preamble) {
  const keys = [];
  for (const line of file.all('spool key')) {
    const [id, seed] = line.split(' ');
    keys.push(openSpoolSlot(hex(file.one('spool slot')), id, hex(seed), preamble));
  }
  for (const line of file.all('draft key')) {
    const [version, key] = line.split(' ');
    keys.push(openDraftSlot(hex(file.one('draft slot')), Number(version), hex(key), preamble));
  }
  for (const line of file.all('slot')) {
    const [mailbox, version, mailboxKey, shredSecret, slot] = line.split(' ');
    keys.push(openSlot(hex(slot), uuid(mailbox), Number(version), hex(mailboxKey), hex(shredSecret), preamble));
  }
  refuseUnless(keys.length > 0 && keys.every((key) => timingSafeEqual(key, keys[0])));
  return keys[0];
}

// Section 5: content.

const CHUNK = 16384;
const SEALED_CHUNK = CHUNK + 16;

function openBody(dataKey, preamble) {
  const context = Buffer.concat([label('postern'), preamble.hash]);
  const info = Buffer.concat([label('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM'), preamble.salt, context]);
  const output = hkdfExpand('sha512', dataKey, info, 76);
  const key = output.subarray(0, 32);
  const baseNonce = output.subarray(32, 44);
  refuseUnless(timingSafeEqual(output.subarray(44), preamble.commitment));

  const { body } = preamble;
  const last = Math.floor(body.length / SEALED_CHUNK);
  refuseUnless(body.length % SEALED_CHUNK >= 16);
  refuseUnless(last < 2 ** 38);
  const plain = [];
  for (let chunk = 0; chunk <= last; chunk++) {
    const nonce = Buffer.from(baseNonce);
    nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ BigInt(chunk), 4);
    const sealed = body.subarray(chunk * SEALED_CHUNK, (chunk + 1) * SEALED_CHUNK);
    plain.push(openGcm(key, nonce, Buffer.alloc(0), sealed));
  }
  return Buffer.concat(plain);
}

// Section 4.5: sealed record, with the keys of 4.1 and 4.3.

function recordKey(file) {
  if (file.has('record key')) return hex(file.one('record key'));
  if (file.has('data key')) {
    return hkdfExpand('sha512', hex(file.one('data key')), Buffer.concat([label('postern record'), ascii(file.one('purpose'))]), 32);
  }
  const [version, key] = file.one('mailbox key').split(' ');
  const names = [uuid(file.one('tenant')), uuid(file.one('object')), uuid(file.one('mailbox')), u32(Number(version))];
  const prk = hkdfExtract('sha512', hex(file.one('shred secret')), hex(key));
  return hkdfExpand('sha512', prk, Buffer.concat([label(file.one('label')), ...names]), 32);
}

function openRecord(file) {
  const record = file.object;
  refuseUnless(record.length >= 29 && record[0] === 1);
  const associatedData = Buffer.concat([label('postern record'), Buffer.of(1), hex(file.one('context'))]);
  return openGcm(recordKey(file), record.subarray(1, 13), associatedData, record.subarray(13));
}

// Section 4.4: any wrapped key.

function unwrap(wrapped, version, wrappingKey, kind, number, context) {
  const key = hkdfExpand('sha512', wrappingKey, label('postern wrap'), 32);
  const bound = [label('postern wrap'), Buffer.of(kind), u32(version), u64(number), context];
  return openVersioned(wrapped, version, key, Buffer.concat(bound));
}

function openWrappedKey(file) {
  const [version, key] = file.one('wrapping key').split(' ');
  const kind = Number(file.one('kind'));
  return unwrap(file.object, Number(version), hex(key), kind, file.one('number'), hex(file.one('context')));
}

// Section 4.6: local keystore (RFC 9106).

function openKeystore(file) {
  const bytes = file.object;
  refuseUnless(bytes.length >= 84 && (bytes.length - 20) % 64 === 0);
  refuseUnless(bytes.subarray(0, 4).equals(ascii('PSTK')));
  const cost = { m: 64 * 1024, t: 3, p: 1, version: 0x13, dkLen: 32 };
  const stretched = Buffer.from(argon2id(hex(file.one('passphrase')), bytes.subarray(4, 20), cost));
  const wrappingKey = hkdfExpand('sha512', stretched, label('postern passphrase'), 32);
  const keys = [];
  for (let at = 20; at < bytes.length; at += 64) {
    keys.push(unwrap(bytes.subarray(at, at + 64), 1, wrappingKey, 1, keys.length + 1, ascii('postern root key')));
  }
  return Buffer.concat(keys);
}

// Section 4.7: under a root key that is kept elsewhere.

function openRootWrap(file) {
  let rest = file.object;
  const take = (length) => {
    refuseUnless(rest.length >= length);
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length);
    return taken;
  };
  const name = () => take(take(1)[0]).toString('latin1');
  refuseUnless(take(4).equals(ascii('PSTR')));
  const provider = name();
  refuseUnless(provider === file.one('key provider'));
  if (provider !== 'vault') refuseUnless(name() === file.one('key name'));
  if (!file.has('key')) return rest;
  refuseUnless(rest.length === 60);
  const bound = [label('postern root'), Buffer.of(Number(file.one('kind'))), u64(file.one('number')), hex(file.one('context'))];
  return openGcm(hex(file.one('key')), rest.subarray(0, 12), Buffer.concat(bound), rest.subarray(12));
}

// Section 3.4, and any other signature for a purpose.

function openSigned(file) {
  verifyEd25519(hex(file.one('authority')), file.one('purpose'), file.object, hex(file.one('signature')));
  return file.object;
}

// Section 3.5: succession.

function openSuccession(file) {
  const bytes = file.object;
  refuseUnless(bytes.length >= 39 && bytes.subarray(0, 4).equals(ascii('PSTS')) && bytes[4] === 1);
  const links = bytes.readUInt16BE(37);
  refuseUnless(links <= 1000 && bytes.length === 39 + links * 168);
  const keys = [bytes.subarray(5, 37)];
  for (let at = 39; at < bytes.length; at += 168) {
    const key = bytes.subarray(at, at + 32);
    refuseUnless(!keys.some((known) => known.equals(key)));
    const made = bytes.subarray(at + 32, at + 40);
    refuseUnless(made.readBigUInt64BE(0) < 1n << 48n);
    const signed = Buffer.concat([u32(keys.length + 1), keys.at(-1), key, made]);
    verifyEd25519(keys.at(-1), 'postern successor', signed, bytes.subarray(at + 40, at + 104));
    verifyEd25519(key, 'postern predecessor', signed, bytes.subarray(at + 104, at + 168));
    keys.push(key);
  }
  refuseUnless(keys.some((key) => key.equals(hex(file.one('authority')))));
  return Buffer.concat(keys);
}

// Section 11: audit chain.

function rootHash(leaves) {
  if (leaves.length === 1) return leaves[0];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Buffer.of(1), rootHash(leaves.slice(0, split)), rootHash(leaves.slice(split)));
}

function openCheckpoint(file) {
  const note = file.object.toString('utf8');
  const parts = /^((\S+)\n(\d+)\n(\S+)\n)\n\u2014 (\S+) (\S+)\n$/.exec(note);
  refuseUnless(parts);
  const [, text, origin, size, root, signer, signature] = parts;
  const [, name, id, key] = /^(\S+)\+([0-9a-f]{8})\+(\S+)$/.exec(file.one('verifier key'));
  const typed = Buffer.from(key, 'base64');
  refuseUnless(origin === name && signer === name && typed[0] === 1);
  refuseUnless(sha256(ascii(name + '\n'), typed).subarray(0, 4).equals(hex(id)));
  const signed = Buffer.from(signature, 'base64');
  refuseUnless(signed.subarray(0, 4).equals(hex(id)));
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: typed.subarray(1).toString('base64url') },
    format: 'jwk',
  });
  refuseUnless(verify(null, Buffer.from(text, 'utf8'), publicKey, signed.subarray(4)));
  const entries = file.all('entry').map(hex);
  refuseUnless(String(entries.length) === size && entries.length > 0);
  refuseUnless(rootHash(entries.map((entry) => sha256(Buffer.of(0), entry))).toString('base64') === root);
  return Buffer.concat(entries);
}

const VALUES = {
  record: openRecord,
  'wrapped key': openWrappedKey,
  keystore: openKeystore,
  'root wrap': openRootWrap,
  signature: openSigned,
  checkpoint: openCheckpoint,
  succession: openSuccession,
};

// Section 9: vectors.

function parseVector(bytes) {
  const blank = bytes.indexOf('\n\n');
  const lines = bytes
    .toString('latin1', 0, blank)
    .split('\n')
    .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]);
  const all = (name) => lines.filter((line) => line[0] === name).map((line) => line[1]);
  const one = (name) => {
    if (all(name).length !== 1) throw new Error(`${all(name).length} lines ${name}`);
    return all(name)[0];
  };
  return { all, one, has: (name) => all(name).length > 0, object: bytes.subarray(blank + 2) };
}

function attempt(refusal, step) {
  try {
    return { value: step() };
  } catch (e) {
    if (!(e instanceof Refused)) throw e;
    return { refusal };
  }
}

function told(plain, file) {
  const found = `${plain.length} ${sha256(plain).toString('hex')}`;
  return found === file.one('content') ? 'success' : `other content: ${found}`;
}

function outcome(file) {
  if (file.has('opens')) {
    const value = attempt('no match', () => VALUES[file.one('opens')](file));
    return value.refusal ?? told(value.value, file);
  }
  const header = attempt('header failure', () => {
    const preamble = readPreamble(file.object);
    refuseUnless(preamble.tenant.equals(uuid(file.one('tenant'))));
    refuseUnless(preamble.object.equals(uuid(file.one('object'))));
    checkSeal(file, preamble);
    return preamble;
  });
  if (header.refusal) return header.refusal;
  const key = attempt('no match', () => commonKey(file, header.value));
  if (key.refusal) return key.refusal;
  const body = attempt('payload failure', () => openBody(key.value, header.value));
  if (body.refusal) return body.refusal;
  return told(body.value, file);
}

const directory = process.argv[2];
for (const name of readdirSync(directory).sort()) {
  const file = parseVector(readFileSync(join(directory, name)));
  process.stdout.write(`${name}\t${outcome(file)}\n`);
}
