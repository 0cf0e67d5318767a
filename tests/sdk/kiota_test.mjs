// Microsoft's Kiota SDKs, unchanged but for the address of the server: models, request adapter, page iterator and batches
// of @microsoft/msgraph-sdk (v1.0) and @microsoft/msgraph-beta-sdk. Builders for the paths below /security are in no
// package of the registry, so requests are described as those builders describe them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientSecretCredential } from '@azure/identity';
import { HttpMethod, RequestInformation } from '@microsoft/kiota-abstractions';
import { AzureIdentityAuthenticationProvider } from '@microsoft/kiota-authentication-azure';
import { BatchRequestContent, BatchRequestContentCollection, PageIterator } from '@microsoft/msgraph-sdk-core';
import { createGraphServiceClient, GraphRequestAdapter } from '@microsoft/msgraph-sdk';
import * as v1Errors from '@microsoft/msgraph-sdk/models/oDataErrors/index.js';
import * as v1Security from '@microsoft/msgraph-sdk/models/security/index.js';
import { createGraphBetaServiceClient, GraphBetaRequestAdapter } from '@microsoft/msgraph-beta-sdk';
import * as betaErrors from '@microsoft/msgraph-beta-sdk/models/oDataErrors/index.js';
import * as betaSecurity from '@microsoft/msgraph-beta-sdk/models/security/index.js';

const {
  VEDETTE_BASE_URL: server, VEDETTE_TENANT_ID: tenantId, VEDETTE_CLIENT_ID: clientId,
  VEDETTE_CLIENT_SECRET: clientSecret,
} = process.env;

const credential = new ClientSecretCredential(tenantId, clientId, clientSecret,
  { authorityHost: server, disableInstanceDiscovery: true });

class Client {
  constructor(version, Adapter, createClient, errors, security) {
    const provider = new AzureIdentityAuthenticationProvider(
      credential, ['https://graph.microsoft.com/.default'], undefined, new Set([new URL(server).hostname]));
    this.adapter = new Adapter(provider);
    this.adapter.baseUrl = `${server}/${version}`;
    createClient(this.adapter);  // registers how JSON is read and written
    this.errors = { XXX: errors.createODataErrorFromDiscriminatorValue };
    this.security = security;
  }

  request(path, options = {}, method = HttpMethod.GET) {
    const names = Object.keys(options).map((name) => `%24${name}`);
    const request = new RequestInformation(method, `{+baseurl}${path}${names.length ? `{?${names}}` : ''}`,
      { baseurl: this.adapter.baseUrl });
    for (const [name, value] of Object.entries(options)) request.queryParameters[`%24${name}`] = value;
    request.headers.tryAdd('Accept', 'application/json');
    return request;
  }

  alerts(options) {
    return this.adapter.send(this.request('/security/alerts_v2', options),
      this.security.createAlertCollectionResponseFromDiscriminatorValue, this.errors);
  }

  alert(id) {
    return this.adapter.send(this.request(`/security/alerts_v2/${id}`),
      this.security.createAlertFromDiscriminatorValue, this.errors);
  }
}

const clients = {
  'v1.0': () => new Client('v1.0', GraphRequestAdapter, createGraphServiceClient, v1Errors, v1Security),
  beta: () => new Client('beta', GraphBetaRequestAdapter, createGraphBetaServiceClient, betaErrors, betaSecurity),
};

for (const [version, connect] of Object.entries(clients)) {
  test(`Kiota: alerts are filtered, paged and typed (${version})`, async () => {
    const client = connect();
    const first = await client.alerts({ filter: "severity eq 'high' or severity eq 'medium'", top: 3, count: true });
    assert.equal(first.value.length, 3);
    assert.ok(first.odataNextLink);
    const alerts = [];
    const pages = new PageIterator(client.adapter, first, (alert) => alerts.push(alert) > 0,
      client.security.createAlertCollectionResponseFromDiscriminatorValue, client.errors);
    await pages.iterate();
    assert.equal(alerts.length, first.odataCount);
    assert.ok(alerts.length > 6);
    assert.equal(new Set(alerts.map((alert) => alert.id)).size, alerts.length);
    for (const alert of alerts) {
      assert.ok(['high', 'medium'].includes(alert.severity), alert.severity);
      assert.ok(alert.createdDateTime instanceof Date);
      assert.ok(alert.title);
      for (const evidence of alert.evidence) assert.match(evidence.odataType, /^#microsoft\.graph\.security\./);
    }
    const process = alerts.flatMap((alert) => alert.evidence)
      .find((evidence) => evidence.odataType.endsWith('processEvidence'));
    assert.ok(process.imageFile.fileName);
  });

  test(`Kiota: an alert is changed (${version})`, async () => {
    const client = connect();
    const [{ id }] = (await client.alerts({ filter: "status eq 'new'", top: 1 })).value;
    const request = client.request(`/security/alerts_v2/${id}`, {}, HttpMethod.PATCH);
    request.setContentFromParsable(client.adapter, 'application/json',
      { status: 'inProgress', assignedTo: `kiota-${version}@halden.example` }, client.security.serializeAlert);
    const changed = await client.adapter.send(request, client.security.createAlertFromDiscriminatorValue, client.errors);
    for (const alert of [changed, await client.alert(id)]) {
      assert.equal(alert.status, 'inProgress');
      assert.equal(alert.assignedTo, `kiota-${version}@halden.example`);
    }
  });

  test(`Kiota: an error is an ODataError (${version})`, async () => {
    await assert.rejects(connect().alert('none'), (error) => {
      assert.equal(error.responseStatusCode, 404);
      assert.equal(error.errorEscaped.code, 'ResourceNotFound');
      return true;
    });
  });

  // This version of the SDK writes no headers into a batch and reads no JSON out of one: statuses are what it tells.
  test(`Kiota: a batch, and more requests than one holds (${version})`, async () => {
    const client = connect();
    const { value } = await client.alerts({ top: 25, select: ['id'] });
    const batch = new BatchRequestContent(client.adapter, client.errors);
    const known = batch.addBatchRequest(client.request(`/security/alerts_v2/${value[0].id}`));
    const unknown = batch.addBatchRequest(client.request('/security/alerts_v2/none'));
    const after = batch.addBatchRequest(client.request('/security/alerts_v2'));
    unknown.dependsOn = [known.id];
    after.dependsOn = [unknown.id];
    const answers = await batch.postAsync();
    assert.equal(answers.getResponseById(known.id).status, 200);
    assert.equal(answers.getResponseById(unknown.id).status, 404);
    assert.equal(answers.getResponseById(after.id).status, 424);

    const many = new BatchRequestContentCollection(client.adapter, client.errors);
    const items = value.map(({ id }) => many.addBatchRequest(client.request(`/security/alerts_v2/${id}`)));
    const codes = await (await many.postAsync()).getResponsesStatusCodes();
    assert.equal(codes.size, value.length);
    for (const { id } of items) assert.equal(codes.get(id), 200);
  });

  test(`Kiota: a hunting query is answered (${version})`, async () => {
    const client = connect();
    const request = client.request('/security/microsoft.graph.security.runHuntingQuery', {}, HttpMethod.POST);
    request.setStreamContent(new TextEncoder().encode(JSON.stringify(
      { Query: "DeviceProcessEvents | where InitiatingProcessFileName =~ 'winword.exe' | project FileName" })).buffer,
    'application/json');
    const answer = await client.adapter.send(request,
      client.security.createHuntingQueryResultsFromDiscriminatorValue, client.errors);
    assert.deepEqual(answer.schema.map(({ name }) => name), ['FileName']);
    assert.deepEqual(answer.results.map(({ additionalData }) => additionalData.FileName), ['powershell.exe']);
  });
}
