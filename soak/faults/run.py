#!/usr/bin/env python3
"""Kills writers of the hunting store at random moments and looks at what is left.

usage: run.py BUILD_FOLDER [--rounds 200] [--rows 60000] [--seed 1] [--work FOLDER] [--out FILE.json]

Half of the rounds are those of tests/tables/faults_test.cpp (commits, seals, merges and retention in a small folder), half
are the program: `ingest` of a file is killed until it has been killed three times or was faster, then left to end. Every
row must be there once, and one more ingest of the file must add nothing. The result is a JSON file.
"""
import argparse, json, os, random, shutil, subprocess, sys, time

here = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument('build')
parser.add_argument('--rounds', type=int, default=200)
parser.add_argument('--rows', type=int, default=60_000)
parser.add_argument('--seed', type=int, default=1)
parser.add_argument('--work', default='build/soak')
parser.add_argument('--out')
options = parser.parse_args()
vedette = os.path.join(options.build, 'vedette')
dice = random.Random(options.seed)
table = 'DeviceProcessEvents'


def store_rounds(rounds):
    run = subprocess.run([os.path.join(options.build, 'tables_tests'),
                          '--gtest_filter=*Killed*:*WhicheverCall*:*Flipped*:*Torn*:*Damaged*'],
                         env={**os.environ, 'VEDETTE_SOAK_ROUNDS': str(rounds)}, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(run.stdout[-4000:])


def ingest_command(data, file):
    return [vedette, 'ingest', '--data', data, '--table', table, file]


def answer(data, query):
    feed = json.dumps({'id': 1, 'query': query}) + '\n'
    run = subprocess.run([vedette, 'hunt', '--batch', '--data', data], input=feed, capture_output=True, text=True)
    line = json.loads(run.stdout.splitlines()[0])
    return line['results'][0] if line['ok'] else line['error']


def kill_while_it_runs(command, seconds):
    """Whether it was killed before it ended."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(dice.uniform(0, seconds))
        return False
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True


def program_round(file, seconds):
    data = os.path.join(options.work, 'data')
    shutil.rmtree(data, ignore_errors=True)
    kills = sum(kill_while_it_runs(ingest_command(data, file), seconds) for _ in range(3))
    for _ in range(2):
        subprocess.run(ingest_command(data, file), check=True, stdout=subprocess.DEVNULL)
        found = answer(data, table + ' | summarize count(), count_distinct(ReportId)')
        if found != [options.rows, options.rows]:
            sys.exit('after %d kills: %s in place of %d rows' % (kills, found, options.rows))
    return kills


def main():
    os.makedirs(options.work, exist_ok=True)
    generator = os.path.join(here, '..', '..', 'bench', 'hunting', 'generate.py')
    subprocess.run([sys.executable, generator, options.work, str(options.rows), '1'], check=True)
    file = os.path.join(options.work, 'process.ndjson')
    begun = time.monotonic()
    store_rounds(options.rounds // 2)
    data = os.path.join(options.work, 'data')
    shutil.rmtree(data, ignore_errors=True)
    first = time.monotonic()
    subprocess.run(ingest_command(data, file), check=True, stdout=subprocess.DEVNULL)
    seconds = time.monotonic() - first
    kills = sum(program_round(file, seconds) for _ in range(options.rounds - options.rounds // 2))
    result = {'soak': 'faults', 'rounds': options.rounds, 'rowsOfARound': options.rows, 'killsOfIngest': kills,
              'rowsLost': 0, 'rowsTwice': 0, 'seconds': round(time.monotonic() - begun)}
    print(json.dumps(result))
    if options.out:
        with open(options.out, 'w') as out:
            json.dump(result, out, indent=1)
            out.write('\n')


main()
