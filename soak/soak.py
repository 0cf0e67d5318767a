"""What the soaks that measure a server have in common: options, and figures that are kept."""
import argparse
import json


def options_of(description):
    """A parser with the options of all; each adds its own."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('build')
    parser.add_argument('--work', default='build/soak')
    parser.add_argument('--no-times', action='store_true', help='judge what is there alone: the machine has other work')
    parser.add_argument('--out')
    return parser


def tell(result, out):
    """Prints the figures, and keeps them in the file where one is wanted."""
    print(json.dumps(result, indent=1))
    if out:
        with open(out, 'w') as file:
            json.dump(result, file, indent=1)
            file.write('\n')
