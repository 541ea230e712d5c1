//! JavaScript on Node.js: what came and went with its versions.
//!
//! Sources: "Added in" and "Removed" of <https://nodejs.org/api/>, <https://nodejs.org/en/blog/release>, and <https://node.green/> for
//! what V8 brings.

use super::feature::{Feature, feature};

/// What every source may use, one that is compiled first too.
pub(super) const FEATURES: [Feature; 70] = [
    feature("~fetch (", ">=18", "fetch"),
    feature("~structuredClone (", ">=17", "structuredClone"),
    feature("new Headers (", ">=18", "Headers"),
    feature("new FormData (", ">=18", "FormData"),
    feature("new Response (", ">=18", "Response"),
    feature("new ReadableStream (", ">=18", "ReadableStream"),
    feature("new CompressionStream (", ">=18", "CompressionStream"),
    feature("new BroadcastChannel (", ">=18", "BroadcastChannel"),
    feature("new CustomEvent (", ">=19", "CustomEvent"),
    feature("new WebSocket (", ">=22", "WebSocket"),
    feature("new AbortController (", ">=15", "AbortController"),
    feature("AbortSignal . timeout (", ">=16.14", "AbortSignal.timeout"),
    feature("AbortSignal . any (", ">=20.3", "AbortSignal.any"),
    feature("Array . fromAsync (", ">=22", "Array.fromAsync"),
    feature("Object . fromEntries (", ">=12", "Object.fromEntries"),
    feature("Object . groupBy (", ">=21", "Object.groupBy"),
    feature("Map . groupBy (", ">=21", "Map.groupBy"),
    feature("Object . hasOwn (", ">=16.9", "Object.hasOwn"),
    feature("Promise . allSettled (", ">=12.9", "Promise.allSettled"),
    feature("Promise . any (", ">=15", "Promise.any"),
    feature("Promise . withResolvers (", ">=22", "Promise.withResolvers"),
    feature("Promise . try (", ">=24", "Promise.try"),
    feature("RegExp . escape (", ">=24", "RegExp.escape"),
    feature("URL . canParse (", ">=18.17", "URL.canParse"),
    feature("new AggregateError (", ">=15", "AggregateError"),
    feature("new FinalizationRegistry (", ">=14.6", "FinalizationRegistry"),
    feature("new WeakRef (", ">=14.6", "WeakRef"),
    feature(". flatMap (", ">=11", "flatMap"),
    feature(". matchAll (", ">=12", "matchAll"),
    feature(". replaceAll (", ">=15", "replaceAll"),
    feature(". findLast (", ">=18", "findLast"),
    feature(". findLastIndex (", ">=18", "findLastIndex"),
    feature(". toSorted (", ">=20", "toSorted"),
    feature(". toReversed (", ">=20", "toReversed"),
    feature(". toSpliced (", ">=20", "toSpliced"),
    feature("crypto . randomUUID (", ">=14.17", "crypto.randomUUID"),
    feature("fs . cpSync (", ">=16.7", "fs.cpSync"),
    feature("fs . rmSync (", ">=14.14", "fs.rmSync"),
    feature("fs . rm (", ">=14.14", "fs.rm"),
    feature("util . parseArgs (", ">=16.17", "util.parseArgs"),
    feature("util . styleText (", ">=20.12", "util.styleText"),
    feature("process . loadEnvFile (", ">=20.12", "process.loadEnvFile"),
    feature("import . meta . dirname", ">=20.11", "import.meta.dirname"),
    feature("import . meta . filename", ">=20.11", "import.meta.filename"),
    feature("from 'fs/promises'", ">=14", "the module fs/promises"),
    feature("require ( 'fs/promises'", ">=14", "the module fs/promises"),
    feature("from 'stream/promises'", ">=15", "the module stream/promises"),
    feature(
        "require ( 'stream/promises'",
        ">=15",
        "the module stream/promises",
    ),
    feature("from 'timers/promises'", ">=15", "the module timers/promises"),
    feature(
        "require ( 'timers/promises'",
        ">=15",
        "the module timers/promises",
    ),
    feature(
        "from 'node:timers/promises'",
        ">=16",
        "the module node:timers/promises",
    ),
    feature(
        "from 'node:readline/promises'",
        ">=17",
        "the module readline/promises",
    ),
    feature(
        "require ( 'node:readline/promises'",
        ">=17",
        "the module readline/promises",
    ),
    feature("from 'readline/promises'", ">=17", "the module readline/promises"),
    feature("from 'node:test'", ">=16.17", "the module node:test"),
    feature("from 'node:sqlite'", ">=22.5", "the module node:sqlite"),
    feature("require ( 'node:sqlite'", ">=22.5", "the module node:sqlite"),
    feature("require ( 'node:fs'", ">=14.18", "require of node:…"),
    feature("require ( 'node:path'", ">=14.18", "require of node:…"),
    feature("require ( 'node:http'", ">=14.18", "require of node:…"),
    feature("require ( 'node:crypto'", ">=14.18", "require of node:…"),
    feature("require ( 'node:url'", ">=14.18", "require of node:…"),
    feature("require ( 'node:util'", ">=14.18", "require of node:…"),
    feature("require ( 'node:os'", ">=14.18", "require of node:…"),
    feature("require ( 'node:child_process'", ">=14.18", "require of node:…"),
    feature("from 'node:fs'", ">=12.20", "modules as node:…"),
    feature("from 'node:path'", ">=12.20", "modules as node:…"),
    feature("crypto . createCipher (", "<22", "crypto.createCipher"),
    feature("crypto . createDecipher (", "<22", "crypto.createDecipher"),
    feature("util . isArray (", "<23", "util.isArray"),
];

/// What a compiler takes away: only where Node.js itself reads the source.
pub(super) const SYNTAX: [Feature; 12] = [
    feature("?.", ">=14", "the operator ?."),
    feature("??", ">=14", "the operator ??"),
    feature("??=", ">=15", "the operator ??="),
    feature("||=", ">=15", "the operator ||="),
    feature("&&=", ">=15", "the operator &&="),
    feature("static {", ">=16.11", "a static block of a class"),
    feature("this . #", ">=12", "a private field"),
    feature("catch {", ">=10", "catch without a name"),
    feature("from TEXT with {", ">=18.20", "import … with"),
    feature("from TEXT assert {", ">=17.1 <22", "import … assert"),
    feature("await using", ">=24", "await using"),
    feature("for await (", ">=10", "for await"),
];

/// What is asked of a browser, not of Node.js.
pub(super) const OF_BROWSERS: [&str; 6] = [
    "XMLHttpRequest",
    "document",
    "jQuery",
    "localStorage",
    "navigator",
    "window",
];

/// Packages that bring what an older Node.js lacks, by a part of their names.
#[cfg(feature = "collect")]
pub(super) const POLYFILLS: [&str; 6] = [
    "core-js",
    "cross-fetch",
    "isomorphic-fetch",
    "polyfill",
    "ponyfill",
    "whatwg-fetch",
];

/// Packages of programs that answer requests: what uses them runs on Node.js.
#[cfg(feature = "collect")]
pub(super) const SERVERS: [&str; 14] = [
    "@hapi/hapi",
    "@nestjs/core",
    "apollo-server",
    "bullmq",
    "discord.js",
    "express",
    "fastify",
    "h3",
    "hono",
    "koa",
    "polka",
    "restify",
    "socket.io",
    "telegraf",
];
