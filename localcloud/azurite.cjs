// Starts Azurite's own blob server, and gives it new accounts without a restart.
//
// Azurite reads its accounts from AZURITE_ACCOUNTS whenever its account store refreshes itself.
// Each line on standard input is a new value; the answer "ready" on standard output says that
// the server listens and serves those accounts. The end of standard input ends the server.
// Usage: node azurite.cjs PATH_OF_AZURITES_BLOB_MAIN_JS [options of azurite-blob]
"use strict";

const path = require("node:path");
const readline = require("node:readline");

const folder = path.dirname(path.resolve(process.argv.splice(2, 1)[0]));
const { BlobServerFactory } = require(path.join(folder, "BlobServerFactory"));

async function main() {
  const server = await new BlobServerFactory().createServer();
  const lines = readline.createInterface({ input: process.stdin });
  let started = false;
  lines.on("close", () => server.close().finally(() => process.exit(0)));
  process.once("SIGTERM", () => lines.close());
  for await (const accounts of lines) {
    process.env.AZURITE_ACCOUNTS = accounts;
    if (started) {
      server.accountDataStore.refresh();
    } else {
      await server.start();
      started = true;
    }
    process.stdout.write("ready\n");
  }
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
