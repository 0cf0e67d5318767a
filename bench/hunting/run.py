#!/usr/bin/env python3
"""Measures the hunting store, beside DuckDB on the same rows where that is at hand.

usage: run.py VEDETTE [--rows 1000000] [--runs 5] [--threads 2] [--work FOLDER] [--out FILE.json]
env:   DUCKDB_NODE = folder of the npm package @duckdb/node-api (npm i @duckdb/node-api@1.5.6-r.1); without it, ours alone

Rows are generated once into FOLDER (build/bench); each run ingests them anew. A query runs once to warm up and then
--runs times; medians are kept. Results are not cached by either engine. The result is a JSON file; a table is printed.
"""
import argparse, json, math, os, platform, resource, shutil, statistics, subprocess, sys, time

here = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument('vedette')
parser.add_argument('--rows', type=int, default=1_000_000, help='of DeviceProcessEvents; half as many of the other')
parser.add_argument('--runs', type=int, default=5)
parser.add_argument('--threads', type=int, default=2)
parser.add_argument('--work', default='build/bench')
parser.add_argument('--out')
options = parser.parse_args()
rows_folder = os.path.join(options.work, 'rows-%d' % options.rows)
tables = (('DeviceProcessEvents', 'process'), ('DeviceNetworkEvents', 'network'))


def generate():
    if not os.path.exists(os.path.join(rows_folder, 'meta.json')):
        subprocess.run([sys.executable, os.path.join(here, 'generate.py'), rows_folder, str(options.rows),
                        str(options.rows // 2)], check=True)
    return json.load(open(os.path.join(rows_folder, 'meta.json')))


def folder_bytes(folder):
    return sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(folder) for name in names)


def ingest(data):
    shutil.rmtree(data, ignore_errors=True)
    seconds = {}
    for table, name in tables:
        begun = time.monotonic()
        subprocess.run([options.vedette, 'ingest', '--data', data, '--table', table,
                        os.path.join(rows_folder, name + '.ndjson')], check=True, stdout=subprocess.DEVNULL)
        seconds[name] = time.monotonic() - begun
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return {'rowsPerSecond': round(options.rows / seconds['process']), 'peakMemoryMiB': peak,
            'bytesPerRow': round(folder_bytes(data) / (options.rows * 1.5), 1)}


def hunt(data, queries):
    """Per query: the median of the measured runs, and the rows of the answer."""
    feed = ''.join(json.dumps({'id': '%s#%d' % (name, i), 'query': kql}) + '\n' for name, kql in queries.items()
                   for i in range(options.runs + 1))
    run = subprocess.run([options.vedette, 'hunt', '--batch', '--data', data, '--threads', str(options.threads)],
                         input=feed, capture_output=True, text=True, check=True)
    times, answers = {}, {}
    for line in run.stdout.splitlines():
        answer = json.loads(line)
        name, number = answer['id'].split('#')
        if not answer['ok']:
            sys.exit('%s: %s' % (name, answer['error']['message']))
        answers[name] = answer['results']
        if number != '0':
            times.setdefault(name, []).append(answer['stats']['elapsedMs'])
    return {name: (statistics.median(of), answers[name]) for name, of in times.items()}


def duckdb(queries):
    """What hunt() and ingest() give, from DuckDB; nothing when it is not installed."""
    if 'DUCKDB_NODE' not in os.environ:
        return None, {}
    database = os.path.join(options.work, 'rows-%d.duckdb' % options.rows)
    if os.path.exists(database):
        os.remove(database)
    request = {'database': database, 'folder': rows_folder, 'threads': options.threads, 'runs': options.runs,
               'queries': queries}
    run = subprocess.run(['node', os.path.join(here, 'duckdb.cjs')], input=json.dumps(request), capture_output=True,
                         text=True, check=True)
    answer = json.loads(run.stdout)
    ingested = {'rowsPerSecond': round(options.rows / answer['ingestSeconds']),
                'bytesPerRow': round(os.path.getsize(database) / (options.rows * 1.5), 1)}
    return ingested, {name: (one['ms'], one['rows']) for name, one in answer['queries'].items()}


def main():
    meta = generate()
    fill = lambda text, quote: text.replace('{hashes}', ','.join(quote + h + quote for h in meta['hashes'])).replace(
        '{hash}', meta['hash'])
    queries = [json.loads(line) for line in open(os.path.join(here, 'queries.jsonl'))]
    data = os.path.join(options.work, 'data-%d' % options.rows)
    ours_ingest = ingest(data)
    ours = hunt(data, {q['id']: fill(q['kql'], '"') for q in queries})
    their_ingest, theirs = duckdb({q['id']: fill(q['sql'], "'") for q in queries})
    result = {'benchmark': 'hunting', 'rows': options.rows, 'threads': options.threads, 'cores': os.cpu_count(),
              'machine': platform.machine(), 'ingest': ours_ingest, 'duckdbIngest': their_ingest, 'queries': []}
    ratios, wrong = [], []
    print('%-18s %10s %10s %7s' % ('query', 'vedette ms', 'duckdb ms', 'ratio'))
    for query in queries:
        ms, rows = ours[query['id']]
        one = {'id': query['id'], 'ms': round(ms, 3), 'rows': len(rows)}
        if query['id'] in theirs:
            one['duckdbMs'], their_rows = theirs[query['id']]
            one['ratio'] = round(max(ms, 0.01) / one['duckdbMs'], 4)
            ratios.append(one['ratio'])
            single = rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else None
            if len(rows) != len(their_rows) or single is not None and str(single) != str(their_rows[0][0]):
                wrong.append(query['id'])
        result['queries'].append(one)
        print('%-18s %10.2f %10s %7s' % (query['id'], ms, one.get('duckdbMs', '-'), one.get('ratio', '-')))
    if ratios:
        result['geometricMeanRatio'] = round(math.exp(sum(map(math.log, ratios)) / len(ratios)), 4)
    print('ingest: %s; DuckDB: %s; geometric mean %s' % (ours_ingest, their_ingest,
                                                         result.get('geometricMeanRatio', '-')))
    if options.out:
        os.makedirs(os.path.dirname(os.path.abspath(options.out)), exist_ok=True)
        with open(options.out, 'w') as out:
            json.dump(result, out, indent=1)
            out.write('\n')
    if wrong:
        sys.exit('the answers differ: ' + ', '.join(wrong))


main()
