// The peer of run.py: reads one request as JSON, loads the rows into DuckDB, runs the queries, writes one answer.
const fs = require('fs');
const {DuckDBInstance} = require(process.env.DUCKDB_NODE);

async function main() {
  const request = JSON.parse(fs.readFileSync(0, 'utf8'));
  const instance = await DuckDBInstance.create(request.database, {threads: String(request.threads)});
  const connection = await instance.connect();
  const answer = {ingestSeconds: 0, queries: {}};
  for (const table of ['process', 'network']) {
    const begun = performance.now();
    await connection.run(`CREATE TABLE ${table} AS SELECT * FROM read_json('${request.folder}/${table}.ndjson',
      format='newline_delimited')`);
    await connection.run('CHECKPOINT');
    if (table === 'process') answer.ingestSeconds = (performance.now() - begun) / 1000;
  }
  for (const [id, sql] of Object.entries(request.queries)) {
    const times = [];
    let rows;
    for (let i = 0; i <= request.runs; ++i) {
      const begun = performance.now();
      const reader = await connection.runAndReadAll(sql);
      if (i > 0) times.push(performance.now() - begun);
      rows = reader.getRowsJson();
    }
    times.sort((a, b) => a - b);
    answer.queries[id] = {ms: Number(times[times.length >> 1].toFixed(2)), rows};
  }
  process.stdout.write(JSON.stringify(answer));
}

main();
