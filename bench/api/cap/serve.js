// serve.js DATABASE ALERTS.json PORT: loads the alerts into a new database and serves them; "ready" on stdout then.
'use strict';
const fs = require('node:fs');
const cds = require('@sap/cds');
const express = require('express');

async function main(database, alerts, port) {
  const model = cds.model = cds.compile.for.nodejs(await cds.load(`${__dirname}/alerts.cds`));
  fs.rmSync(database, { force: true });
  cds.db = await cds.connect.to({ kind: 'sqlite', impl: '@cap-js/sqlite', credentials: { url: database } });
  await cds.deploy(model).to(cds.db);
  const known = Object.keys(model.definitions['security.alerts_v2'].elements);
  const rows = JSON.parse(fs.readFileSync(alerts, 'utf8'))
    .map((alert) => Object.fromEntries(known.filter((name) => name in alert).map((name) => [name, alert[name]])));
  await cds.db.run(cds.ql.INSERT.into('security.alerts_v2').entries(rows));
  for (const time of ['createdDateTime', 'lastUpdateDateTime'])
    await cds.db.run(`CREATE INDEX by_${time} ON security_alerts_v2(${time}, id)`);
  const app = cds.app = express();
  await cds.serve('security').from(model).in(app);
  app.listen(Number(port), '127.0.0.1', () => console.log('ready'));
}

const [database, alerts, port] = process.argv.slice(2);
main(database, alerts, port).catch((error) => {
  console.error(error);
  process.exit(1);
});
