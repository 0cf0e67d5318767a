// What a user of Microsoft's JavaScript SDK does, unchanged but for the address of the server: a token by
// @azure/identity, everything else by @microsoft/microsoft-graph-client.
'use strict';
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { ClientSecretCredential } = require('@azure/identity');
const { BatchRequestContent, BatchResponseContent, Client, PageIterator } = require('@microsoft/microsoft-graph-client');
const { TokenCredentialAuthenticationProvider } =
  require('@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials');

const {
  VEDETTE_BASE_URL: baseUrl, VEDETTE_TENANT_ID: tenantId, VEDETTE_CLIENT_ID: clientId,
  VEDETTE_CLIENT_SECRET: clientSecret,
} = process.env;
const scopes = ['https://graph.microsoft.com/.default'];

function credential(secret = clientSecret) {
  return new ClientSecretCredential(tenantId, clientId, secret, {
    authorityHost: baseUrl,
    disableInstanceDiscovery: true,
  });
}

function connect(defaultVersion = 'v1.0') {
  return Client.initWithMiddleware({
    authProvider: new TokenCredentialAuthenticationProvider(credential(), { scopes }),
    baseUrl,
    defaultVersion,
    customHosts: new Set([new URL(baseUrl).hostname]),
  });
}

async function allPages(client, firstPage) {
  const items = [];
  await new PageIterator(client, firstPage, (item) => items.push(item)).iterate();
  return items;
}

test('a token is given for the right secret only', async () => {
  const token = await credential().getToken(scopes);
  assert.equal(token.token.split('.').length, 3);
  assert.ok(token.expiresOnTimestamp > Date.now());
  await assert.rejects(credential('wrong').getToken(scopes), /invalid_client/);
});

for (const version of ['v1.0', 'beta']) {
  test(`alerts are filtered and paged (${version})`, async () => {
    const client = connect(version);
    const filter = "severity eq 'high' or severity eq 'medium'";
    const first = await client.api('/security/alerts_v2').filter(filter).top(3).get();
    assert.equal(first.value.length, 3);
    assert.ok(first['@odata.nextLink'], 'there is a next page');
    const alerts = await allPages(client, first);
    const whole = await client.api('/security/alerts_v2').filter(filter).top(999).get();
    assert.deepEqual(alerts.map((alert) => alert.id), whole.value.map((alert) => alert.id));
    assert.ok(alerts.length > 6);
    assert.equal(new Set(alerts.map((alert) => alert.id)).size, alerts.length);
    for (const alert of alerts) {
      assert.ok(['high', 'medium'].includes(alert.severity), alert.severity);
      assert.ok(alert.title && alert.createdDateTime && alert.evidence);
    }
  });
}

test('an alert is found by its id, with the properties that were asked for', async () => {
  const client = connect();
  const [{ id }] = (await client.api('/security/alerts_v2').top(1).get()).value;
  const alert = await client.api(`/security/alerts_v2/${id}`).select(['id', 'title']).get();
  assert.equal(alert.id, id);
  assert.ok(alert.title);
  assert.equal(alert.severity, undefined);
});

test('an alert is changed', async () => {
  const client = connect();
  const [{ id }] = (await client.api('/security/alerts_v2').filter("status eq 'new'").top(1).get()).value;
  const changes = {
    status: 'inProgress', assignedTo: 'analyst@halden.example', classification: 'truePositive',
    determination: 'malware',
  };
  await client.api(`/security/alerts_v2/${id}`).patch(changes);
  const alert = await client.api(`/security/alerts_v2/${id}`).get();
  for (const [name, value] of Object.entries(changes)) assert.equal(alert[name], value, name);
  await assert.rejects(client.api(`/security/alerts_v2/${id}`).patch({ nonsense: 1 }), { statusCode: 400 });
});

test('incidents come with their alerts, and the attack is one of them', async () => {
  const client = connect();
  const incidents = await allPages(
    client, await client.api('/security/incidents').expand('alerts').top(5).get());
  assert.ok(incidents.length > 5);
  for (const incident of incidents) {
    assert.ok(incident.alerts.length > 0, incident.id);
    for (const alert of incident.alerts) assert.equal(alert.incidentId, incident.id);
  }
  const titles = (incident) => incident.alerts.map((alert) => alert.title);
  const attacks = incidents.filter((incident) =>
    titles(incident).includes('Suspicious script launched by an Office application'));
  assert.equal(attacks.length, 1);
  assert.ok(titles(attacks[0]).includes('Suspected DCSync attack (replication of directory services)'));
  assert.ok(attacks[0].alerts.length >= 8);
});

test('a hunting query is answered', async () => {
  const client = connect();
  const answer = await client.api('/security/runHuntingQuery').post({
    Query: "DeviceProcessEvents | where InitiatingProcessFileName =~ 'winword.exe' | summarize Count = count() by FileName",
  });
  assert.deepEqual(answer.schema.map(({ name, type }) => [name, type]), [['FileName', 'String'], ['Count', 'Int64']]);
  assert.deepEqual(answer.results.map(({ FileName, Count }) => [FileName, Count]), [['powershell.exe', 1]]);
  await assert.rejects(client.api('/security/runHuntingQuery').post({ Query: 'DeviceProcessEvents | wher x' }),
    { statusCode: 400 });
});

test('a batch is answered, step after step', async () => {
  const client = connect();
  const [{ id }] = (await client.api('/security/alerts_v2').top(1).get()).value;
  const step = (name, path, init, dependsOn) => ({ id: name, request: new Request(new URL(path, baseUrl), init), dependsOn });
  const batch = new BatchRequestContent([
    step('change', `/security/alerts_v2/${id}`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ assignedTo: 'batch@halden.example' }),
    }),
    step('read', `/security/alerts_v2/${id}?$select=assignedTo`, {}, ['change']),
    step('unknown', '/security/alerts_v2/none', {}, ['read']),
    step('after', '/security/alerts_v2', {}, ['unknown']),
  ]);
  const answer = new BatchResponseContent(await client.api('/$batch').post(await batch.getContent()));
  const statuses = ['change', 'read', 'unknown', 'after'].map((name) => answer.getResponseById(name).status);
  assert.deepEqual(statuses, [200, 200, 404, 424]);
  assert.equal((await answer.getResponseById('read').json()).assignedTo, 'batch@halden.example');
});

test('what does not exist is 404 with a code', async () => {
  await assert.rejects(connect().api('/security/alerts_v2/none').get(),
    { statusCode: 404, code: 'ResourceNotFound' });
});
