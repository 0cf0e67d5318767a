#!/usr/bin/env python3
"""The table of providers in README.md, made from connectors/: provider_table.py [--check].

A row is a product (connector.toml, `products`; the connector's provider when it names none). A cell names the
connectors that do something with the product's records, and links for each the test that shows it: the golden pair
(connectors/NAME/tests/CASE.in.EXT) whose output has alerts, rows of hunting tables or indicators; the exchange
(CASE.exchange.json) that has a step of the kind for how the product is reached, written back to and acted on, or else
the test below tests/federation that names the connector. That changes of its alerts can be subscribed to, each golden
pair with alerts shows: SUBSCRIBING takes them all. What no test shows is not in the table. --check: status 1 when the
README has another table.
"""
import glob
import json
import os
import re
import sys
import tomllib

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BEGIN, END = "<!-- providers: made by tools/provider_table.py -->", "<!-- end of providers -->"
COLUMNS = ("alerts", "hunting", "indicators", "fetched", "status written back", "subscribe", "actions")
SUBSCRIBING = "tests/notify/golden_alerts_test.cpp"
KEPT_TABLES = {"alerts", "indicators", "UnmappedEvents", "quarantine"}
SECTIONS = {
    "fetched": ("poll", "syslog", "tail", "push", "kafka"),
    "status written back": ("write_back",),
    "actions": ("action",),
}
STEPS = {"fetched": "poll", "status written back": "change", "actions": "action"}


class Connector:
    def __init__(self, folder):
        self.name = os.path.basename(folder)
        with open(os.path.join(folder, "connector.toml"), "rb") as file:
            self.toml = tomllib.load(file)
        self.cases = {}
        for path in sorted(glob.glob(os.path.join(folder, "tests", "*.in.*"))):
            case = os.path.basename(path).split(".in.")[0]
            with open(os.path.join(folder, "tests", case + ".out.json"), encoding="utf-8") as file:
                self.cases[case] = (os.path.relpath(path, ROOT), json.load(file))
        self.exchanges = {}
        for path in sorted(glob.glob(os.path.join(folder, "tests", "*.exchange.json"))):
            case = os.path.basename(path).removesuffix(".exchange.json")
            with open(path, encoding="utf-8") as file:
                self.exchanges[case] = (os.path.relpath(path, ROOT), json.load(file))

    def products(self):
        """Product → its golden cases and exchanges."""
        named = self.toml.get("products", {self.toml["provider"]: [*self.cases, *self.exchanges]})
        for product, cases in named.items():
            for case in cases:
                if case not in self.cases and case not in self.exchanges:
                    sys.exit(f"connectors/{self.name}/connector.toml: the product '{product}' has no case '{case}'.")
        return named

    def has_section(self, column):
        return any(section in self.toml for section in SECTIONS[column])


def golden_test(connector, cases, wanted):
    """The first of the cases whose output is wanted."""
    golden = (connector.cases[case] for case in cases if case in connector.cases)
    return next((path for path, output in golden if wanted(output)), None)


def shows(step, column):
    """Whether a step of an exchange shows it: something came of it."""
    if STEPS[column] not in step:
        return False
    return bool(step.get("alerts") or step.get("rows")) if column == "fetched" else bool(step.get("exchange"))


def exchange_test(connector, cases, column):
    """The first of the exchanges that shows it."""
    exchanges = (connector.exchanges[case] for case in cases if case in connector.exchanges)
    return next((path for path, exchange in exchanges if any(shows(step, column) for step in exchange["steps"])), None)


def federation_tests(name):
    """Test files that name the connector as a text of its own."""
    quoted = re.compile(r'["\'/]' + re.escape(name) + r'["\'/]')
    found = []
    for path in sorted(glob.glob(os.path.join(ROOT, "tests", "federation", "**", "*.*"), recursive=True)):
        with open(path, encoding="utf-8", errors="replace") as file:
            if quoted.search(file.read()):
                found.append(os.path.relpath(path, ROOT))
    return found


def test_of(column, connector, cases):
    """The test that shows what the column says of the connector; None when there is none."""
    if column == "alerts":
        return golden_test(connector, cases, lambda output: "alerts" in output)
    if column == "subscribe":
        shown = os.path.exists(os.path.join(ROOT, SUBSCRIBING))
        return golden_test(connector, cases, lambda output: "alerts" in output) if shown else None
    if column == "hunting":
        return golden_test(connector, cases, lambda output: set(output) - KEPT_TABLES)
    if column == "indicators":
        return golden_test(connector, cases, lambda output: "indicators" in output)
    if not connector.has_section(column):
        return None
    return exchange_test(connector, cases, column) or next(iter(federation_tests(connector.name)), None)


def row(product, sources):
    cells = [product]
    for column in COLUMNS:
        tests = [(connector.name, test_of(column, connector, cases)) for connector, cases in sources]
        cells.append(", ".join(f"[{name}]({test})" for name, test in tests if test))
    return "| " + " | ".join(cells) + " |"


def table():
    products = {}
    for folder in sorted(glob.glob(os.path.join(ROOT, "connectors", "*", "connector.toml"))):
        connector = Connector(os.path.dirname(folder))
        for product, cases in connector.products().items():
            products.setdefault(product, []).append((connector, cases))
    lines = ["| product | " + " | ".join(COLUMNS) + " |", "|" + "---|" * (len(COLUMNS) + 1)]
    return "\n".join(lines + [row(product, products[product]) for product in sorted(products, key=str.lower)])


def main():
    readme = os.path.join(ROOT, "README.md")
    with open(readme, encoding="utf-8") as file:
        text = file.read()
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    made = text[:begin] + "\n\n" + table() + "\n\n" + text[end:]
    if "--check" in sys.argv[1:]:
        if made != text:
            sys.exit("README.md: the table of providers is not what connectors/ says; run tools/provider_table.py.")
        return
    with open(readme, "w", encoding="utf-8") as file:
        file.write(made)


if __name__ == "__main__":
    main()
