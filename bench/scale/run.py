#!/usr/bin/env python3
"""Whether the cost of hunts grows no faster than the rows.

usage: run.py VEDETTE [--rows 200000,1000000] [--data FOLDER …] [--runs 7] [--threads 2] [--work FOLDER] [--out FILE.json]

A needle by its term, rows by hour, a join of some rows and one of all, each over stores of several sizes; warm, the best
of the runs: the time that it took, and that of the processors. What needs more memory than a query may have says so.
The stores are those that --data names (they hold rows of bench/hunting), or are made of as many rows as --rows says.
"""
import argparse, json, os, platform, shutil, subprocess, sys

here = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument('vedette')
parser.add_argument('--rows', default='200000,1000000')
parser.add_argument('--data', action='append', help='instead of --rows, the smallest first')
parser.add_argument('--runs', type=int, default=7)
parser.add_argument('--threads', type=int, default=2)
parser.add_argument('--work', default='build/bench')
parser.add_argument('--out')
options = parser.parse_args()
questions = {
    'rows': 'DeviceProcessEvents | count',
    'needle': 'DeviceProcessEvents | where ProcessCommandLine has "mimikatz" '
              '| project Timestamp, DeviceName, ProcessCommandLine | order by Timestamp asc',
    'bins': 'DeviceProcessEvents | summarize count() by bin(Timestamp, 1h) | order by Timestamp asc',
    'someJoin': 'DeviceProcessEvents | where FileName =~ "powershell.exe" | project DeviceId, ProcessId, PT = Timestamp '
                '| join kind=inner (DeviceNetworkEvents | where RemotePort == 443 | project DeviceId, '
                'InitiatingProcessId, NT = Timestamp) on DeviceId, $left.ProcessId == $right.InitiatingProcessId '
                '| where NT between (PT .. (PT + 10m)) | count',
    'join': 'DeviceProcessEvents | project DeviceId, ProcessId, PT = Timestamp | join kind=inner (DeviceNetworkEvents '
            '| project DeviceId, InitiatingProcessId, NT = Timestamp) on DeviceId, $left.ProcessId == '
            '$right.InitiatingProcessId | where NT between (PT .. (PT + 10m)) | count'}
measured = [name for name in questions if name != 'rows']


def make_store(rows):
    folder, data = (os.path.join(options.work, name + str(rows)) for name in ('scale-rows-', 'scale-data-'))
    if not os.path.exists(os.path.join(folder, 'meta.json')):
        subprocess.run([sys.executable, os.path.join(here, '..', 'hunting', 'generate.py'), folder, str(rows),
                        str(rows // 2)], check=True)
    shutil.rmtree(data, ignore_errors=True)
    for table, name in (('DeviceProcessEvents', 'process'), ('DeviceNetworkEvents', 'network')):
        subprocess.run([options.vedette, 'ingest', '--data', data, '--table', table,
                        os.path.join(folder, name + '.ndjson')], check=True, stdout=subprocess.DEVNULL)
    return data


def measure(data):
    feed = ''.join(json.dumps({'id': name, 'query': query}) + '\n' for name, query in questions.items()
                   for _ in range(options.runs + 1))
    run = subprocess.run([options.vedette, 'hunt', '--batch', '--data', data, '--threads', str(options.threads)],
                         input=feed, capture_output=True, text=True, check=True)
    times, refused, rows = {}, {}, 0
    for line in run.stdout.splitlines():
        answer = json.loads(line)
        if not answer['ok']:
            refused[answer['id']] = answer['error']['message']
            continue
        times.setdefault(answer['id'], []).append((answer['stats']['elapsedMs'], answer['stats']['cpuMs']))
        if answer['id'] == 'rows':
            rows = answer['results'][0][0]
    best = {'rows': rows, 'refused': refused}
    for name in measured:
        best[name + 'Ms'], best[name + 'CpuMs'] = (
            (round(min(of), 3) for of in zip(*times[name][1:])) if name in times else (None, None))
    return best


def main():
    stores = options.data or [make_store(int(rows)) for rows in options.rows.split(',')]
    sizes = [measure(data) for data in stores]
    names = ['%s%s' % (name, what) for name in measured for what in ('Ms', 'CpuMs')]
    print(('%14s' * 9) % ('rows', *names))
    for size in sizes:
        print('%14d' % size['rows'] + ''.join('%14s' % (size[name] or 'refused') for name in names))
    result = {'benchmark': 'scale', 'machine': platform.machine(), 'cores': os.cpu_count(), 'threads': options.threads,
              'sizes': sizes}
    if options.out:
        with open(options.out, 'w') as out:
            json.dump(result, out, indent=1)
            out.write('\n')


main()
